import assert from 'node:assert/strict';
import { Stopped, UserError } from '../../../../src/base/errors/problem';
import { createClient, type ClientOptions, type ModelClient } from '../../../../src/engine/client/client';
import type { Clock } from '../../../../src/engine/client/retry';
import { chatReply, startEndpoint, type EndpointServer, type Reply } from './endpoint-server';

const secret = 'sk-very-secret';
const patientText = 'Mrs Example, born 1951, has had chest pain since Tuesday.';
const request = { messages: [{ role: 'user', content: patientText }], maxTokens: 8, seed: 3, stop: ['\n'] };

describe('createClient', () => {
  let server: EndpointServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  async function clientOf(replies: readonly Reply[], options: Partial<ClientOptions> = {}): Promise<{ client: ModelClient; waits: number[] }> {
    server = await startEndpoint(replies);
    const waits: number[] = [];
    const clock: Clock = { now: () => 0, wait: (durationMs) => { waits.push(durationMs); return Promise.resolve(); } };
    return { client: createClient({ baseUrl: server.baseUrl, model: 'm', apiKey: secret, clock, ...options }), waits };
  }

  async function failureOf(work: Promise<unknown>): Promise<UserError> {
    const error = await work.then(() => undefined, (reason: unknown) => reason);
    assert.ok(error instanceof UserError, String(error));
    assert.ok(!JSON.stringify(error.problems).includes(secret) && !JSON.stringify(error.problems).includes('chest pain'));
    assert.ok(error.problems[0]!.next);
    return error;
  }

  it('sends a chat and reads text, finish reason and usage', async () => {
    const { client } = await clientOf([chatReply('B')]);
    assert.deepEqual(await client.chat(request), { choices: [{ text: 'B', finishReason: 'stop' }], usage: { promptTokens: 3, completionTokens: 2 }, model: 'm' });
    assert.equal(server!.received[0]!.path, '/v1/chat/completions');
    assert.equal(server!.received[0]!.headers.authorization, `Bearer ${secret}`);
    assert.deepEqual(server!.received[0]!.body, { model: 'm', messages: request.messages, max_tokens: 8, seed: 3, stop: ['\n'] });
  });

  it('reads completions with log-probabilities', async () => {
    const logprobs = { tokens: ['a', 'b'], token_logprobs: [null, -0.5], top_logprobs: [null, { b: -0.5 }] };
    const { client } = await clientOf([{ body: JSON.stringify({ choices: [{ text: 'ab', finish_reason: 'length', logprobs }] }) }]);
    const answer = await client.complete({ prompt: [1, 2], echo: true, logprobs: 1, maxTokens: 0 });
    assert.deepEqual(answer.choices[0]!.logprobs, { tokens: ['a', 'b'], tokenLogprobs: [null, -0.5], topLogprobs: [null, { b: -0.5 }] });
    assert.deepEqual(server!.received[0]!.body, { model: 'm', prompt: [1, 2], echo: true, logprobs: 1, max_tokens: 0 });
  });

  it('tries again on 429, 5xx and a broken connection, waiting as told', async () => {
    const { client, waits } = await clientOf([{ status: 429, headers: { 'retry-after': '7' } }, { status: 503 }, { cut: 'before' }, chatReply('A')]);
    assert.equal((await client.chat(request)).choices[0]!.text, 'A');
    assert.deepEqual(waits, [7000, 1000, 2000]);
  });

  it('gives up after its tries, at once on other statuses, and when asked to wait too long', async () => {
    const storm = await clientOf([{ status: 429, body: '{"error":{"message":"slow down"}}' }], { retries: 2 });
    const error = await failureOf(storm.client.chat(request));
    assert.equal(storm.waits.length, 2);
    assert.match(error.message, /slow down/);
    assert.match(error.message, /127\.0\.0\.1.*chat\/completions.*429/s);
    await server!.close();
    const refused = await clientOf([{ status: 401 }]);
    assert.equal((await failureOf(refused.client.chat(request))).problems[0]!.code, 'endpoint-401');
    assert.equal(refused.waits.length, 0);
    await server!.close();
    const patient = await clientOf([{ status: 429, headers: { 'retry-after': '86400' } }]);
    await failureOf(patient.client.chat(request));
    assert.equal(patient.waits.length, 0);
  });

  it('keeps a server\'s message but not what it echoes', async () => {
    for (const echo of [patientText, `key ${secret} is wrong`]) {
      const { client } = await clientOf([{ status: 400, body: JSON.stringify({ error: { message: `cannot do: ${echo}` } }) }]);
      assert.equal((await failureOf(client.chat(request))).problems[0]!.code, 'endpoint-400');
      await server!.close();
    }
  });

  for (const [name, reply] of [
    ['a web page', { body: '<html>' }], ['half of its JSON', { body: '{"choices": [' }], ['JSON of another form', { body: '{"answer": 1}' }], ['no choices', { body: '{"choices": []}' }],
  ] as const) {
    it(`says so when an endpoint answers with ${name}`, async () => {
      const { client } = await clientOf([reply]);
      assert.equal((await failureOf(client.chat(request))).problems[0]!.code, 'endpoint-form');
    });
  }

  it('does not follow redirects', async () => {
    const { client } = await clientOf([{ status: 307, headers: { location: 'http://192.0.2.1/v1/chat/completions' } }]);
    assert.equal((await failureOf(client.chat(request))).problems[0]!.code, 'endpoint-307');
  });

  it('names an endpoint that does not answer in time', async () => {
    const { client } = await clientOf([{ hang: true }], { retries: 0, timeoutMs: 20 });
    assert.equal((await failureOf(client.chat(request))).problems[0]!.code, 'endpoint-timeout');
  });

  it('names an endpoint that is down', async () => {
    const { client } = await clientOf([], { retries: 0 });
    await server!.close();
    assert.equal((await failureOf(client.chat(request))).problems[0]!.code, 'endpoint-unreachable');
  });

  it('stops when aborted and closes the connection', async () => {
    const { client } = await clientOf([{ hang: true }]);
    const controller = new AbortController();
    const work = client.chat(request, { signal: controller.signal });
    while (server!.received.length === 0) await new Promise(setImmediate);
    controller.abort();
    await assert.rejects(work, Stopped);
    await server!.givenUp;
    await assert.rejects(client.chat(request, { signal: controller.signal }), Stopped);
    assert.equal(server!.received.length, 1);
  });

  describe('streaming', () => {
    const part = (content: string, finish: string | null = null): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
    async function textOf(client: ModelClient): Promise<string> {
      let text = '';
      for await (const one of client.streamChat(request)) text += one.text;
      return text;
    }

    it('yields parts until the end', async () => {
      const { client } = await clientOf([{ status: 503 }, { body: `: hello\n\n${part('Ans')}${part('wer')}${part('', 'stop')}data: [DONE]\n\n` }]);
      assert.equal(await textOf(client), 'Answer');
      assert.equal(server!.received.at(-1)!.body['stream'], true);
    });
    it('does not take a broken-off stream for an answer', async () => {
      for (const reply of [{ body: part('Ans') }, { body: `${part('Ans')}data: [DONE]\n\n` }, { body: part('Ans'), cut: 'after' as const }]) {
        const { client } = await clientOf([reply]);
        await failureOf(textOf(client));
        assert.equal(server!.received.length, 1);
        await server!.close();
      }
    });
    it('tells an error inside the stream', async () => {
      const { client } = await clientOf([{ body: `${part('A')}data: {"error": {"message": "out of memory"}}\n\n` }]);
      assert.match((await failureOf(textOf(client))).message, /out of memory/);
    });
    it('closes the connection when the loop is left', async () => {
      const { client } = await clientOf([{ body: part('A'), hang: true }]);
      for await (const one of client.streamChat(request)) {
        assert.equal(one.text, 'A');
        break;
      }
      await server!.givenUp;
    });
  });
});
