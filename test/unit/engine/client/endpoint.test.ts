import assert from 'node:assert/strict';
import { UserError } from '../../../../src/base/errors/problem';
import { assertEgress, isLoopback, parseBaseUrl } from '../../../../src/engine/client/endpoint';

function codeOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error.problems[0]!.code;
  }
}

describe('where an endpoint is', () => {
  for (const [url, expected] of [['http://127.0.0.1:1/v1', true], ['http://localhost/v1', true], ['http://[::1]:8/v1', true], ['http://127.1.2.3/', true], ['http://2130706433/', true],
    ['https://api.example.org/v1', false], ['http://127.0.0.1.example.org/', false], ['http://localhost.example.org/', false], ['http://192.168.0.2/', false], ['http://0.0.0.0/', false]] as const) {
    it(`${url} is ${expected ? '' : 'not '}loopback`, () => { assert.equal(isLoopback(parseBaseUrl(url)), expected); });
  }
  it('refuses what is no http address, and a password in it without repeating it', () => {
    assert.equal(codeOf(() => parseBaseUrl('localhost:8000')), 'endpoint-url');
    assert.throws(() => parseBaseUrl('https://me:hunter2@example.org'), (error) => !(error as Error).message.includes('hunter2'));
  });
});

describe('assertEgress', () => {
  const remote = new URL('https://api.example.org/v1');
  const allowed = { subject: 'the question set', egress: 'allowed' } as const;
  const never = { subject: 'the checkpoint', egress: 'never' } as const;
  it('lets everything reach this machine', () => {
    assert.equal(codeOf(() => { assertEgress(new URL('http://127.0.0.1:9/v1'), [never], {}); }), undefined);
  });
  it('lets nothing marked never leave it, whatever was agreed to', () => {
    assert.equal(codeOf(() => { assertEgress(remote, [allowed, never], { consentedHost: 'api.example.org' }); }), 'egress-never');
  });
  it('asks for consent that names the host', () => {
    assert.equal(codeOf(() => { assertEgress(remote, [allowed], {}); }), 'egress-consent');
    assert.equal(codeOf(() => { assertEgress(remote, [allowed], { consentedHost: 'example.org' }); }), 'egress-consent');
    assert.equal(codeOf(() => { assertEgress(remote, [allowed], { consentedHost: 'api.example.org' }); }), undefined);
  });
  it('holds for a model behind an address on this machine, by the model\'s name', () => {
    const bridge = new URL('http://127.0.0.1:4711/v1');
    assert.equal(codeOf(() => { assertEgress(bridge, [never], { cloudModel: 'vendor/model', consentedHost: 'vendor/model' }); }), 'egress-never');
    assert.equal(codeOf(() => { assertEgress(bridge, [allowed], { cloudModel: 'vendor/model' }); }), 'egress-consent');
    assert.equal(codeOf(() => { assertEgress(bridge, [allowed], { cloudModel: 'vendor/model', consentedHost: '127.0.0.1:4711' }); }), 'egress-consent');
    assert.equal(codeOf(() => { assertEgress(bridge, [allowed], { cloudModel: 'vendor/model', consentedHost: 'vendor/model' }); }), undefined);
  });
});
