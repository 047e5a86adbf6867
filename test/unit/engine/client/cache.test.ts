import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AnswerCache, cachedClient, createClient, httpLikelihoodModel, inParallel } from '../../../../src/engine/client';
import { chatReply, startEndpoint, type EndpointServer, type Reply } from './endpoint-server';

const ask = (content: string, seed = 1): { messages: { role: string; content: string }[]; seed: number } => ({ messages: [{ role: 'user', content }], seed });

describe('answers kept on disk', () => {
  let folder: string;
  let server: EndpointServer;
  beforeEach(() => { folder = mkdtempSync(path.join(os.tmpdir(), 'preclinical-cache-')); });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await server.close();
  });
  const cacheIn = (): AnswerCache => new AnswerCache(path.join(folder, 'answers'));
  async function clientOf(replies: readonly Reply[], identity = 'm@1', askAgain = false): Promise<ReturnType<typeof createClient>> {
    server = await startEndpoint(replies);
    return cachedClient(createClient({ baseUrl: server.baseUrl, model: 'm' }), cacheIn(), identity, askAgain);
  }

  it('are given for the same request to the same model, and for no other', async () => {
    const client = await clientOf([chatReply('A'), chatReply('B'), chatReply('C')]);
    assert.equal((await client.chat(ask('one'))).isKept, undefined);
    assert.deepEqual(await client.chat(ask('one')), { choices: [{ text: 'A', finishReason: 'stop' }], usage: { promptTokens: 3, completionTokens: 2 }, model: 'm', isKept: true });
    assert.equal((await client.chat(ask('one', 2))).choices[0]!.text, 'B');
    assert.equal(server.received.length, 2);
    await server.close();
    const other = await clientOf([chatReply('D')], 'm@2');
    assert.equal((await other.chat(ask('one'))).choices[0]!.text, 'D');
    await server.close();
    const again = await clientOf([chatReply('E')], 'm@1', true);
    assert.equal((await again.chat(ask('one'))).choices[0]!.text, 'E');
  });

  it('are private, can be cleared, and go when nobody read them for long', async () => {
    const client = await clientOf([chatReply('A')]);
    await client.chat(ask('one'));
    await client.chat(ask('two'));
    const [shard] = readdirSync(path.join(folder, 'answers'));
    const [entry] = readdirSync(path.join(folder, 'answers', shard!));
    assert.equal(statSync(path.join(folder, 'answers', shard!)).mode & 0o777, 0o700);
    assert.equal(statSync(path.join(folder, 'answers', shard!, entry!)).mode & 0o777, 0o600);
    assert.equal(cacheIn().content().answers, 2);
    assert.equal(cacheIn().removeOlderThan(30).answers, 0);
    assert.equal(cacheIn().removeOlderThan(30, Date.now() + 31 * 86_400_000).answers, 2);
    await client.chat(ask('one'));
    assert.equal(cacheIn().clear().answers, 1);
    assert.equal(cacheIn().content().answers, 0);
  });

  it('that were damaged are asked for again', async () => {
    const client = await clientOf([chatReply('A')]);
    await client.chat(ask('one'));
    const file = path.join(folder, 'answers', readdirSync(path.join(folder, 'answers'))[0]!);
    for (const text of ['{"choices"', '{}', '{"choices":[{}]}', 'null']) {
      writeFileSync(path.join(file, readdirSync(file)[0]!), text);
      assert.equal((await client.chat(ask('one'))).isKept, undefined);
    }
    assert.equal(server.received.length, 5);
  });

  it('are vectors too, each text of its own', async () => {
    const vectors = (...list: number[][]): Reply => ({ body: JSON.stringify({ data: list.map((embedding, index) => ({ index, embedding })).reverse() }) });
    const client = await clientOf([vectors([1, 2], [3, 4]), vectors([5, 6]), { body: '{"data":[]}' }]);
    assert.deepEqual((await client.embed(['a', 'b'])).vectors.map((one) => [...one]), [[1, 2], [3, 4]]);
    assert.deepEqual((await client.embed(['b', 'c', 'a'])).vectors.map((one) => [...one]), [[3, 4], [5, 6], [1, 2]]);
    assert.deepEqual(server.received.map(({ body }) => body['input']), [['a', 'b'], ['c']]);
    await assert.rejects(client.embed(['d']), /0 vectors for 1 texts/);
  });
});

describe('calls at once', () => {
  it('are never more than the limit, and those under way are waited for when one fails', async () => {
    let [underWay, most] = [0, 0];
    const given: number[] = [];
    const work = async (item: number): Promise<number> => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => { setImmediate(resolve); });
      underWay -= 1;
      if (item === 5) throw new Error('five');
      return item;
    };
    await assert.rejects(async () => { for await (const one of inParallel(Array.from({ length: 100 }, (_, index) => index), 4, work)) given.push(one); }, /five/);
    assert.equal(most, 4);
    assert.equal(underWay, 0);
    assert.ok(given.length >= 5 && given.length <= 8 && !given.includes(5), given.join());
  });
});

describe('likelihood over HTTP', () => {
  const echo = (tokens: string[], values: (number | null)[], top: (Record<string, number> | null)[]): Reply => ({ body: JSON.stringify({
    choices: [{ text: tokens.join(''), finish_reason: 'length', logprobs: { tokens, token_logprobs: values, top_logprobs: top } }], usage: { prompt_tokens: tokens.length - 1, completion_tokens: 1 },
  }) });

  it('sums what stands after the context and leaves out what was generated', async () => {
    const server = await startEndpoint([echo(['Q', ':', ' A', 'B', '!'], [null, -1, -2, -0.5, -9], [null, { ':': -1 }, { ' C': -0.1, ' A': -2 }, { B: -0.5 }, {}])]);
    const model = httpLikelihoodModel(createClient({ baseUrl: server.baseUrl, model: 'm' }), { name: 'm', hash: 'm' }, 2);
    assert.deepEqual(await model.logLikelihood([{ context: 'Q:', continuation: ' AB' }]), [{ logLikelihood: -2.5, isGreedy: false, tokens: 2 }]);
    assert.deepEqual(server.received[0]!.body, { model: 'm', prompt: 'Q: AB', echo: true, logprobs: 1, max_tokens: 1, temperature: 0 });
    await server.close();
  });

  for (const [name, reply] of [['no log-probabilities', { body: '{"choices":[{"text":"x"}]}' }], ['no echo', echo(['x'], [-1], [{}])]] as const) {
    it(`says so of an endpoint that gives ${name}`, async () => {
      const server = await startEndpoint([reply]);
      const model = httpLikelihoodModel(createClient({ baseUrl: server.baseUrl, model: 'm' }), { name: 'm', hash: 'm' }, 1);
      await assert.rejects(model.logLikelihood([{ context: 'Q:', continuation: ' A' }]), /the endpoint answers without/);
      await server.close();
    });
  }
});
