// The endpoints setting: what can be asked, under which name it is agreed to, and where its key belongs.
import assert from 'node:assert/strict';
import { readEndpoints } from '../../../../src/host/models/endpoints';
import { say } from './say';

const one = (entry: Record<string, unknown>): { name: string; baseUrl: string; model: string } => ({ name: 'lab', baseUrl: 'https://api.example.org/v1', model: 'm', ...entry });

describe('the endpoints setting', () => {
  it('reads endpoints with the name that is agreed to before texts leave', () => {
    const { endpoints, problems } = readEndpoints([
      one({}), one({ name: 'here', baseUrl: 'http://127.0.0.1:8000/v1/' }), one({ name: 'proxy', baseUrl: 'http://localhost:4000/v1', model: 'big', cloud: true }),
    ], say);
    assert.deepEqual(problems, []);
    assert.deepEqual(endpoints.map(({ name, baseUrl, remote }) => [name, baseUrl, remote]), [
      ['lab', 'https://api.example.org/v1', 'api.example.org'], ['here', 'http://127.0.0.1:8000/v1', undefined], ['proxy', 'http://localhost:4000/v1', 'big'],
    ]);
  });

  it('keeps a key with the origin it was given for', () => {
    const [before] = readEndpoints([one({})], say).endpoints;
    const [moved] = readEndpoints([one({ baseUrl: 'https://evil.example/v1' })], say).endpoints;
    const [otherPath] = readEndpoints([one({ baseUrl: 'https://api.example.org/v2', model: 'n' })], say).endpoints;
    assert.notEqual(before!.secret, moved!.secret);
    assert.equal(before!.secret, otherPath!.secret);
    assert.equal(before!.keyVariable, 'PRECLINICAL_KEY_LAB');
  });

  it('gives no two endpoints one variable', () => {
    const { endpoints, problems } = readEndpoints([one({ name: 'my lab' }), one({ name: 'My-Lab', baseUrl: 'https://other.example/v1' })], say);
    assert.deepEqual(endpoints.map(({ name }) => name), ['my lab']);
    assert.match(problems.join(), /Endpoint 2 .*too much like that of "my lab"/);
  });

  const refused: [string, unknown, RegExp][] = [
    ['no object', 'x', /no name/], ['an empty name', one({ name: ' ' }), /no name/], ['a name without a letter', one({ name: '++' }), /no name/],
    ['no model', one({ model: undefined }), /names no model/], ['no address', one({ baseUrl: 'example.org' }), /no http or https address/],
    ['another protocol', one({ baseUrl: 'file:///etc' }), /no http or https address/],
  ];
  for (const [what, entry, expected] of refused) {
    it(`refuses ${what}`, () => {
      const { endpoints, problems } = readEndpoints([entry], say);
      assert.deepEqual(endpoints, []);
      assert.match(problems.join(), expected);
    });
  }

  it('refuses a password in the address and does not repeat it', () => {
    const { problems } = readEndpoints([one({ baseUrl: 'https://me:hunter2@api.example.org/v1' })], say);
    assert.match(problems.join(), /Set Endpoint Key/);
    assert.doesNotMatch(problems.join(), /hunter2/);
  });

  it('reads prices, and takes what is none for no price', () => {
    const priceOf = (price: unknown): unknown => readEndpoints([{ name: 'lab', baseUrl: 'http://127.0.0.1:1/v1', model: 'm', price }], say).endpoints[0]!.price;
    assert.deepEqual(priceOf({ input: 0.15, output: 0.6, currency: 'EUR' }), { input: 0.15, output: 0.6, currency: 'EUR' });
    assert.deepEqual(priceOf({ output: 2 }), { input: 0, output: 2, currency: 'USD' });
    for (const none of [undefined, {}, 'much', { input: 'much' }]) assert.equal(priceOf(none), undefined);
  });

  it('takes what is no list as none', () => { assert.deepEqual(readEndpoints({ name: 'x' }, say), { endpoints: [], problems: [] }); });
});
