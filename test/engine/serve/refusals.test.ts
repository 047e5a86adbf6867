// What the server refuses, and how: whoever may not speak to it, and every kind of bad request.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import OpenAI from 'openai';
import { UserError } from '../../../src/base/errors/problem';
import { createClient } from '../../../src/engine/client';
import { serveCheckpoint, type ServedCheckpoint } from '../../../src/engine/serve';
import { ModelHost } from '../../../src/engine/serve/model-host';
import { rawRequest } from './raw-request';
import { makeTinyCheckpoint, tinyContextLength, type TinyCheckpoint } from './tiny-checkpoint';

/** What comes back for these bytes until the other side ends the connection, or has nothing to say after the whole of them. */
async function sendBytes(port: number, bytes: Uint8Array): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => { answer += text; });
  socket.end(bytes);
  await new Promise<void>((resolve) => { socket.once('close', () => { resolve(); }).once('error', () => { resolve(); }).once('end', () => { socket.destroy(); }); });
  return answer;
}

const json = { 'content-type': 'application/json' };
const authorised = { ...json, authorization: 'Bearer secret' };
const completion = { model: 'tiny', prompt: 'aspirin', max_tokens: 1 };
const chat = { model: 'tiny', messages: [{ role: 'user', content: 'hello' }], max_tokens: 1 };

describe('serve refuses', () => {
  let checkpoint: TinyCheckpoint;
  let server: ServedCheckpoint;
  before(async () => {
    checkpoint = await makeTinyCheckpoint();
    server = await serveCheckpoint(checkpoint.folder, { token: 'secret' });
  });
  after(async () => {
    await server.close();
    await checkpoint.remove();
  });

  async function post(where: 'completions' | 'chat/completions', body: unknown): Promise<{ status: number; param: unknown; code: unknown; message: string }> {
    const answer = await rawRequest(`${server.baseUrl}/${where}`, { headers: authorised, body: typeof body === 'string' ? body : JSON.stringify(body) });
    const { error } = JSON.parse(answer.body) as { error?: { param: unknown; code: unknown; message: string } };
    return { status: answer.status, param: error?.param, code: error?.code, message: error?.message ?? '' };
  }

  it('a missing or wrong token, saying nothing of the model', async () => {
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'Bearer ' }, { authorization: 'secret' }]) {
      const answer = await rawRequest(`${server.baseUrl}/models`, { headers });
      assert.equal(answer.status, 401);
      assert.ok(!answer.body.includes('tiny'));
    }
    assert.equal((await rawRequest(`${server.url}/health`)).status, 200);
  });

  it('a foreign Host, even with the token', async () => {
    const { port } = new URL(server.url);
    for (const host of ['example.org', `example.org:${port}`, '127.0.0.1', `127.0.0.1.example.org:${port}`, '127.0.0.1:1']) {
      assert.equal((await rawRequest(`${server.baseUrl}/models`, { headers: { ...authorised, host } })).status, 403, host);
    }
    assert.equal((await rawRequest(`${server.baseUrl}/models`, { headers: { ...authorised, host: `localhost:${port}` } })).status, 200);
  });

  it('a foreign Origin, even with the token', async () => {
    const { port } = new URL(server.url);
    for (const origin of ['https://example.org', 'null', `http://localhost:${Number(port) + 1}`, `https://127.0.0.1:${port}`, `http://127.0.0.1:${port}.example.org`]) {
      const answer = await rawRequest(`${server.baseUrl}/completions`, { headers: { ...authorised, origin }, body: JSON.stringify(completion) });
      assert.equal(answer.status, 403, origin);
      assert.equal(answer.headers['access-control-allow-origin'], undefined);
    }
    assert.equal((await rawRequest(`${server.baseUrl}/completions`, { method: 'OPTIONS', headers: { origin: 'https://example.org', 'access-control-request-method': 'POST' } })).status, 403);
    assert.equal((await rawRequest(`${server.baseUrl}/models`, { headers: { ...authorised, origin: server.url } })).status, 200);
  });

  it('unknown paths, wrong methods, other content types and bodies that are too large', async () => {
    assert.equal((await rawRequest(`${server.baseUrl}/embeddings`, { headers: authorised, body: '{}' })).status, 404);
    const wrongMethod = await rawRequest(`${server.baseUrl}/completions`, { headers: authorised });
    assert.deepEqual([wrongMethod.status, wrongMethod.headers.allow], [405, 'POST']);
    assert.equal((await rawRequest(`${server.baseUrl}/completions`, { headers: { authorization: 'Bearer secret', 'content-type': 'text/plain' }, body: JSON.stringify(completion) })).status, 415);
    const large = JSON.stringify({ ...completion, prompt: 'x'.repeat(9 * 1024 * 1024) });
    assert.equal((await rawRequest(`${server.baseUrl}/completions`, { headers: { ...authorised, 'content-length': String(large.length) }, body: large })).status, 413);
  });

  for (const [name, where, body, param, status = 400] of [
    ['half of a JSON text', 'completions', '{"model": "ti', null],
    ['a list', 'completions', [], null],
    ['no model', 'completions', { prompt: 'x' }, 'model'],
    ['another model', 'completions', { ...completion, model: 'gpt-4' }, 'model', 404],
    ['no prompt', 'completions', { model: 'tiny' }, 'prompt'],
    ['an empty list of prompts', 'completions', { ...completion, prompt: [] }, 'prompt'],
    ['mixed prompts', 'completions', { ...completion, prompt: ['a', [1]] }, 'prompt'],
    ['a negative token id', 'completions', { ...completion, prompt: [-1] }, 'prompt.0'],
    ['a token outside the vocabulary', 'completions', { ...completion, prompt: [99999] }, 'prompt'],
    ['max_tokens below zero', 'completions', { ...completion, max_tokens: -1 }, 'max_tokens'],
    ['max_tokens beyond the context', 'completions', { ...completion, max_tokens: tinyContextLength }, 'max_tokens'],
    ['a prompt beyond the context', 'completions', { ...completion, prompt: 'aspirin '.repeat(tinyContextLength) }, 'prompt'],
    ['a hot temperature', 'completions', { ...completion, temperature: 3 }, 'temperature'],
    ['a temperature in words', 'completions', { ...completion, temperature: 'hot' }, 'temperature'],
    ['top_p of 0', 'completions', { ...completion, top_p: 0 }, 'top_p'],
    ['n of 0', 'completions', { ...completion, n: 0 }, 'n'],
    ['too many choices', 'completions', { ...completion, prompt: Array(200).fill('a'), n: 10 }, 'n'],
    ['an empty stop string', 'completions', { ...completion, stop: '' }, 'stop'],
    ['a seed with a fraction', 'completions', { ...completion, seed: 0.5 }, 'seed'],
    ['too many alternatives', 'completions', { ...completion, logprobs: 21 }, 'logprobs'],
    ['best_of', 'completions', { ...completion, best_of: 4 }, 'best_of'],
    ['a suffix', 'completions', { ...completion, suffix: 'end' }, 'suffix'],
    ['a presence penalty beyond bounds', 'completions', { ...completion, presence_penalty: 2.5 }, 'presence_penalty'],
    ['a repetition penalty of 0', 'completions', { ...completion, repetition_penalty: 0 }, 'repetition_penalty'],
    ['a fraction of a token to draw from', 'completions', { ...completion, top_k: 1.5 }, 'top_k'],
    ['a logit bias', 'completions', { ...completion, logit_bias: { 5: 1 } }, 'logit_bias'],
    ['no messages', 'chat/completions', { ...chat, messages: [] }, 'messages'],
    ['a foreign role', 'chat/completions', { ...chat, messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.role'],
    ['an image', 'chat/completions', { ...chat, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }, 'messages.0.content'],
    ['tools', 'chat/completions', { ...chat, tools: [{ type: 'function' }] }, 'tools'],
    ['a JSON response format', 'chat/completions', { ...chat, response_format: { type: 'json_object' } }, 'response_format'],
    ['max_tokens of 0 in a chat', 'chat/completions', { ...chat, max_tokens: 0 }, 'max_tokens'],
    ['top_logprobs without logprobs', 'chat/completions', { ...chat, top_logprobs: 2 }, 'top_logprobs'],
  ] as const) {
    it(`${name}, naming the parameter`, async () => {
      const answer = await post(where, body);
      assert.deepEqual([answer.status, answer.param], [status, param], answer.message);
      assert.ok(answer.message.length > 0);
    });
  }

  it('does what neutral values of parameters it does not do ask for', async () => {
    const neutral = { presence_penalty: 0, frequency_penalty: 0, logit_bias: {}, top_k: -1, best_of: 1, user: 'someone', logprobs: null, stop: null };
    assert.equal((await post('completions', { ...completion, ...neutral })).status, 200);
    assert.equal((await post('chat/completions', { ...chat, tools: [], response_format: { type: 'text' }, messages: [{ role: 'developer', content: [{ type: 'text', text: 'hi' }] }, ...chat.messages] })).status, 200);
  });

  it('any malformed body with a 4xx and goes on', async () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(null, -1, 0, 1e308, '', [], {}, [[]], [['']], true));
    const body = fc.dictionary(fc.constantFrom('model', 'prompt', 'messages', 'max_tokens', 'n', 'stop', 'seed', 'stream', 'echo', 'logprobs', 'temperature', 'top_p', 'top_k', 'repetition_penalty', 'presence_penalty', 'frequency_penalty', 'stream_options', 'logit_bias', '__proto__'), value)
      .map((record) => ({ ...record, max_tokens: record['max_tokens'] ?? 1 }));
    await fc.assert(fc.asyncProperty(body, fc.constantFrom('completions' as const, 'chat/completions' as const), async (record, where) => {
      const { status } = await post(where, record);
      assert.ok(status >= 400 && status < 500, `${status} for ${JSON.stringify(record)}`);
    }), { numRuns: 200 });
    assert.equal((await post('completions', completion)).status, 200);
  });

  it('anything that is not HTTP, or not a whole request, and goes on', async () => {
    const { port } = new URL(server.url);
    const line = fc.constantFrom('GET /v1/models HTTP/1.1', 'POST /v1/completions HTTP/1.1', 'POST /v1/completions', 'BREW /v1 HTTP/1.1', 'GET // HTTP/9.9', 'GET http://[ HTTP/1.1');
    const header = fc.oneof(
      fc.constantFrom('content-length: -1', 'content-length: 9\r\ncontent-length: 8', 'transfer-encoding: chunked', 'content-type: application/json', 'authorization: Bearer secret', `host: localhost:${port}`, 'host:', 'expect: 100-continue', ': no name'),
      fc.string().map((text) => `x: ${text}`),
    );
    const message = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.tuple(line, fc.array(header, { maxLength: 5 }), fc.string()).map(([first, headers, body]) => Buffer.from([first, ...headers, '', body].join('\r\n'))),
    );
    await fc.assert(fc.asyncProperty(message, async (bytes) => {
      const answer = await sendBytes(Number(port), bytes);
      assert.ok(answer === '' || /^HTTP\/1\.1 (?:4\d\d|100|505|200) /.test(answer), answer.slice(0, 80));
    }), { numRuns: 150 });
    assert.equal((await post('completions', completion)).status, 200);
  });

  it('to wait for a client that does not read, and cancels its request', async () => {
    const small = await serveCheckpoint(checkpoint.folder, { mostRequests: 1, longestQueue: 1, stalledMs: 50 });
    const body = JSON.stringify({ ...completion, max_tokens: 2000, n: 60, temperature: 1, logprobs: 20, stream: true });
    const port = Number(new URL(small.url).port);
    const socket = connect(port, '127.0.0.1');
    try {
      socket.write(`POST /v1/completions HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      await once(socket, 'readable'); // it has begun, and nothing of it is ever read
      // The one place is taken until the other is given up: 60 × 2000 tokens with their alternatives would take minutes.
      assert.equal((await rawRequest(`${small.baseUrl}/completions`, { headers: json, body: JSON.stringify(completion) })).status, 200);
    } finally {
      socket.destroy();
      await small.close();
    }
  });

  it('more requests than may wait', async () => {
    const small = await serveCheckpoint(checkpoint.folder, { mostRequests: 1, longestQueue: 0 });
    try {
      const openai = new OpenAI({ baseURL: small.baseUrl, apiKey: 'none', maxRetries: 0 });
      const stream = await openai.completions.create({ ...completion, max_tokens: 1500, n: 60, temperature: 1, stream: true });
      const busy = await rawRequest(`${small.baseUrl}/completions`, { headers: json, body: JSON.stringify(completion) });
      assert.deepEqual([busy.status, busy.headers['retry-after']], [503, '1']);
      stream.controller.abort();
      // Our client tries again until the place is free.
      const client = createClient({ baseUrl: small.baseUrl, model: 'tiny' });
      assert.equal((await client.complete({ prompt: 'aspirin', maxTokens: 1 })).choices.length, 1);
    } finally {
      await small.close();
    }
  });

  it('to chat without a template, saying what to do', async () => {
    const bare = await makeTinyCheckpoint({ chatTemplate: false });
    const small = await serveCheckpoint(bare.folder);
    try {
      await assert.rejects(createClient({ baseUrl: small.baseUrl, model: 'tiny' }).chat({ messages: chat.messages }), /chat template.*\/v1\/completions/);
    } finally {
      await small.close();
      await bare.remove();
    }
  });

  it('to open a GGUF file where llama.cpp is not installed, saying how to install it', async () => {
    const parts = await mkdtemp(path.join(os.tmpdir(), 'preclinical-parts-'));
    const before = process.env['PRECLINICAL_PARTS'];
    process.env['PRECLINICAL_PARTS'] = parts;
    try {
      await assert.rejects(serveCheckpoint(path.join(parts, 'model.gguf')), (error) => error instanceof UserError && /doctor --install llama/.test(error.problems[0]!.next ?? ''));
    } finally {
      if (before === undefined) delete process.env['PRECLINICAL_PARTS'];
      else process.env['PRECLINICAL_PARTS'] = before;
      await rm(parts, { recursive: true });
    }
  });

  it('to open a folder that is no checkpoint, a port that is taken, and any address but loopback', async () => {
    const empty = await mkdtemp(path.join(os.tmpdir(), 'preclinical-empty-'));
    await assert.rejects(serveCheckpoint(empty), UserError);
    await rm(empty, { recursive: true });
    await assert.rejects(serveCheckpoint(checkpoint.folder, { port: Number(new URL(server.url).port) }), (error) => error instanceof UserError && error.problems[0]!.code === 'serve-listen');
    await assert.rejects(serveCheckpoint(checkpoint.folder, { host: '0.0.0.0' }), (error) => error instanceof UserError && error.problems[0]!.code === 'serve-not-loopback');
  });
});

describe('the model\'s thread', () => {
  let checkpoint: TinyCheckpoint;
  before(async () => { checkpoint = await makeTinyCheckpoint(); });
  after(async () => { await checkpoint.remove(); });
  const task = {
    prompts: [{ kind: 'text', text: 'aspirin' }], param: 'prompt', n: 1, maxTokens: 2000, temperature: 1, topP: 1, topK: undefined,
    repetitionPenalty: 1, presencePenalty: 0, frequencyPenalty: 0, stop: [], seed: 1, stream: true, echo: false, logprobs: undefined,
  } as const;

  it('stops making tokens when its task is aborted', async () => {
    const { host } = await ModelHost.start({ folder: checkpoint.folder, capBytes: Infinity });
    const controller = new AbortController();
    const parts = host.run(task, controller.signal);
    await parts.next();
    controller.abort();
    let seen = 1;
    while (!(await parts.next()).done) seen += 1;
    assert.ok(seen < 500, `${seen} parts came after all`);
    await host.close();
    assert.equal(await host.ended, undefined);
  });

  it('that dies fails the request under way and every later one', async () => {
    const { host } = await ModelHost.start({ folder: checkpoint.folder, capBytes: Infinity });
    const parts = host.run(task, new AbortController().signal);
    await parts.next();
    await host.close();
    await assert.rejects(async () => { while (!(await parts.next()).done); });
    await assert.rejects(host.run(task, new AbortController().signal).next());
  });
});
