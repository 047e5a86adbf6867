// The bridge over real HTTP, spoken to by the engine's own client and by hand: answers, streams, refusals, cancellation.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { ChatMessage } from '../../../../../src/documents/cot/roles';
import { createClient, type ModelClient } from '../../../../../src/engine/client';
import { Bridge } from '../../../../../src/host/models/bridge/bridge';
import type { ModelOptions } from '../../../../../src/host/models/bridge/chat-model';
import { BridgeError } from '../../../../../src/host/models/bridge/error';

describe('the bridge to the editor\'s models', () => {
  const asked: { messages: readonly ChatMessage[]; options: ModelOptions; signal: AbortSignal }[] = [];
  const agreed = new Set(['vendor/echo', 'vendor/refuses', 'vendor/breaks', 'vendor/waits']);
  let waiting = (): void => undefined;
  const model = (id: string, speak: (messages: readonly ChatMessage[], signal: AbortSignal) => AsyncIterable<string>): { id: string; name: string; answer: (messages: readonly ChatMessage[], options: ModelOptions, signal: AbortSignal) => AsyncIterable<string> } =>
    ({ id, name: id, answer: (messages, options, signal) => { asked.push({ messages, options, signal }); return speak(messages, signal); } });
  const bridge = new Bridge(() => Promise.resolve([
    model('vendor/echo', async function* (messages) { for (const { content } of messages) yield await Promise.resolve(`[${content}]`); }),
    model('vendor/refuses', async function* () { yield* await Promise.reject<string[]>(new BridgeError(403, 'no_permissions', 'The editor said no.')); }),
    model('vendor/breaks', async function* () { yield await Promise.resolve('half '); throw new Error('the service went away'); }),
    model('vendor/waits', async function* (_, signal) {
      yield await Promise.resolve('first');
      await new Promise<void>((resolve) => { signal.addEventListener('abort', () => { waiting(); resolve(); }); });
    }),
    model('vendor/foreign', async function* () { yield await Promise.resolve('never'); }),
  ]), (id) => agreed.has(id));
  let baseUrl: string;
  const client = (name: string): ModelClient => createClient({ baseUrl, model: name, apiKey: bridge.token, retries: 0 });
  const ask = { messages: [{ role: 'system', content: 'be short' }, { role: 'user', content: 'why?' }], temperature: 0.5, maxTokens: 9, seed: 3 };

  before(async () => { baseUrl = await bridge.open(); });
  after(() => bridge.close());

  it('opens once, on 127.0.0.1', async () => {
    assert.match(baseUrl, /^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    assert.equal(await bridge.open(), baseUrl);
  });

  it('lists the models', async () => {
    assert.deepEqual((await client('x').models()).slice(0, 2), ['vendor/echo', 'vendor/refuses']);
  });

  it('answers whole, with what was asked passed on', async () => {
    const { choices } = await client('vendor/echo').chat(ask);
    assert.deepEqual(choices, [{ text: '[be short][why?]', finishReason: 'stop' }]);
    assert.deepEqual(asked.at(-1)!.messages, ask.messages);
    assert.deepEqual(asked.at(-1)!.options, { temperature: 0.5, max_tokens: 9, seed: 3 });
  });

  it('streams, and ends at a stop text', async () => {
    const texts: string[] = [];
    for await (const part of client('vendor/echo').streamChat({ ...ask, stop: ['w'] })) texts.push(part.text);
    assert.equal(texts.join(''), '[be short][');
  });

  it('says what the model said when it refuses, streamed or not', async () => {
    await assert.rejects(client('vendor/refuses').chat(ask), /The editor said no/);
    await assert.rejects(async () => { for await (const part of client('vendor/refuses').streamChat(ask)) assert.fail(part.text); }, /The editor said no/);
  });

  it('does not pass off half an answer as a whole one', async () => {
    await assert.rejects(client('vendor/breaks').chat(ask), /the service went away/);
    const texts: string[] = [];
    await assert.rejects(async () => { for await (const part of client('vendor/breaks').streamChat(ask)) texts.push(part.text); });
    assert.equal(texts.join(''), 'half ');
  });

  it('ends the model\'s work when the client goes', async () => {
    const ended = new Promise<void>((resolve) => { waiting = resolve; });
    for await (const part of client('vendor/waits').streamChat(ask)) {
      assert.equal(part.text, 'first');
      break;
    }
    await ended;
  });

  it('passes nothing on to a model that was not agreed to, and not once more after that was taken back', async () => {
    const before = asked.length;
    await assert.rejects(client('vendor/foreign').chat(ask), /agreed/);
    agreed.delete('vendor/echo');
    await assert.rejects(client('vendor/echo').chat(ask), /agreed/);
    agreed.add('vendor/echo');
    assert.equal(asked.length, before);
  });

  /** A request by hand: its status and the code of its error. */
  const raw = (method: string, path: string, headers: Record<string, string>, body?: string): Promise<[number, string]> => new Promise((resolve, reject) => {
    const outgoing = request(`${baseUrl.replace('/v1', '')}${path}`, { method, headers: { authorization: `Bearer ${bridge.token}`, 'content-type': 'application/json', ...headers } }, (answer) => {
      let text = '';
      answer.on('data', (bytes: Buffer) => { text += bytes.toString(); });
      answer.on('end', () => { resolve([answer.statusCode!, (JSON.parse(text) as { error: { code: string } }).error.code]); });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
  const chat = '/v1/chat/completions';
  const good = { model: 'vendor/echo', messages: ask.messages };
  const refusals: [string, () => Promise<[number, string]>, [number, string]][] = [
    ['a foreign Host', () => raw('GET', '/v1/models', { host: 'evil.example' }), [403, 'foreign_host']],
    ['a web page', () => raw('GET', '/v1/models', { origin: 'https://evil.example' }), [403, 'foreign_origin']],
    ['a missing token', () => raw('GET', '/v1/models', { authorization: '' }), [401, 'invalid_api_key']],
    ['a wrong token', () => raw('POST', chat, { authorization: 'Bearer x' }, JSON.stringify(good)), [401, 'invalid_api_key']],
    ['another path', () => raw('GET', '/v1/embeddings', {}), [404, 'not_found']],
    ['what is no JSON', () => raw('POST', chat, {}, '{'), [400, 'invalid_value']],
    ['another content type', () => raw('POST', chat, { 'content-type': 'text/plain' }, '{}'), [415, 'unsupported_media_type']],
    ['a body of 9 MiB', () => raw('POST', chat, {}, `"${'x'.repeat(9 * 1024 * 1024)}"`), [413, 'body_too_large']],
    ['an unknown model', () => raw('POST', chat, {}, JSON.stringify({ ...good, model: 'vendor/none' })), [404, 'model_not_found']],
    ['no messages', () => raw('POST', chat, {}, JSON.stringify({ model: 'vendor/echo' })), [400, 'invalid_value']],
    ['an unknown role', () => raw('POST', chat, {}, JSON.stringify({ ...good, messages: [{ role: 'constructor', content: 'x' }] })), [400, 'invalid_value']],
    ['a picture', () => raw('POST', chat, {}, JSON.stringify({ ...good, messages: [{ role: 'user', content: [{ type: 'image_url' }] }] })), [400, 'invalid_value']],
    ['several answers', () => raw('POST', chat, {}, JSON.stringify({ ...good, n: 2 })), [400, 'invalid_value']],
    ['log-probabilities', () => raw('POST', chat, {}, JSON.stringify({ ...good, logprobs: true })), [400, 'invalid_value']],
    ['null', () => raw('POST', chat, {}, 'null'), [400, 'invalid_value']],
  ];
  for (const [what, attempt, expected] of refusals) {
    it(`refuses ${what}`, async () => {
      const before = asked.length;
      assert.deepEqual(await attempt(), expected);
      assert.equal(asked.length, before);
    });
  }
});
