// What a server does when memory is short: refuses what can never fit, lets the rest wait, gives back what nobody uses.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import OpenAI from 'openai';
import { UserError } from '../../../src/base/errors/problem';
import { RandomStream } from '../../../src/base/math/random';
import { createClient } from '../../../src/engine/client';
import { serveCheckpoint, type ServedCheckpoint } from '../../../src/engine/serve';
import { runTask, type ServedModel } from '../../../src/engine/serve/generation';
import { ModelMemory } from '../../../src/engine/serve/memory/model-memory';
import type { GenerationTask } from '../../../src/engine/serve/messages';
import { openServedCheckpoint } from '../../../src/engine/serve/served-checkpoint';
import { rawRequest } from './raw-request';
import { makeTinyCheckpoint, type TinyCheckpoint } from './tiny-checkpoint';

const json = { 'content-type': 'application/json' };
const mebibyte = 2 ** 20;
const task: GenerationTask = {
  prompts: [{ kind: 'text', text: 'the patient was given' }], param: 'prompt', n: 8, maxTokens: 20, temperature: 1, topP: 1, topK: undefined,
  repetitionPenalty: 1, presencePenalty: 0, frequencyPenalty: 0, stop: [], seed: 1, stream: false, echo: true, logprobs: 2,
};

describe('serve with little memory', () => {
  let checkpoint: TinyCheckpoint;
  before(async () => { checkpoint = await makeTinyCheckpoint(); });
  after(async () => { await checkpoint.remove(); });

  async function health(server: ServedCheckpoint): Promise<{ model: string; requests: number; memoryBytes: number; memoryCapBytes: number }> {
    return JSON.parse((await rawRequest(`${server.url}/health`)).body) as Awaited<ReturnType<typeof health>>;
  }
  const complete = (server: ServedCheckpoint, more: object = {}): ReturnType<typeof rawRequest> =>
    rawRequest(`${server.baseUrl}/completions`, { headers: json, body: JSON.stringify({ model: 'tiny', prompt: 'aspirin', max_tokens: 8, seed: 3, temperature: 1, ...more }) });

  it('does not open a model that needs more, and says how much', async () => {
    await assert.rejects(serveCheckpoint(checkpoint.folder, { capBytes: 2 ** 20 }), (error) => error instanceof UserError && error.problems[0]!.code === 'serve-memory' && /needs about \d/.test(error.message));
  });

  it('lets the choices wait for keys and values that others hold, and says the same', async () => {
    const { model } = await openServedCheckpoint(checkpoint.folder, Infinity);
    const bytesPerToken = 100;
    let underWay = 0;
    let most = 0;
    const counted: ServedModel = {
      ...model,
      generator: {
        async *generate(ids, settings, signal) {
          underWay += 1;
          most = Math.max(most, underWay);
          try {
            return yield* model.generator.generate(ids, settings, signal);
          } finally {
            underWay -= 1;
          }
        },
      },
    };
    const texts = async (served: ServedModel): Promise<string[]> => {
      const parts: string[] = [];
      for await (const part of runTask(served, task, RandomStream.of(0, 'test'), new AbortController().signal)) if (part.type === 'part') parts.push(`${part.choice} ${part.text}`);
      return parts.sort();
    };
    const free = await texts(model);
    const room = (tokens: number): ModelMemory => new ModelMemory({ keyValueBytes: tokens * bytesPerToken, answerBytes: 1024 * mebibyte, bytesPerToken });
    const promptTokens = model.tokenizer.encode('the patient was given', { addSpecialTokens: true }).length;
    assert.deepEqual(await texts({ ...counted, memory: room(2 * (promptTokens + 20)) }), free);
    assert.equal(most, 2);
  });

  it('refuses an answer that memory could never hold, naming the parameter', async () => {
    const server = await serveCheckpoint(checkpoint.folder);
    try {
      const answer = await complete(server, { n: 64, prompt: ['a', 'b', 'c', 'd'], max_tokens: 2000, logprobs: 20 });
      const { error } = JSON.parse(answer.body) as { error: { code: string; param: string } };
      assert.deepEqual([answer.status, error.code, error.param], [400, 'answer_too_large', 'max_tokens']);
    } finally {
      await server.close();
    }
  });

  it('gives the model back when nobody asks, and opens it again for the next request, which is answered as before', async () => {
    const server = await serveCheckpoint(checkpoint.folder, { unloadAfterMs: 1 });
    try {
      const first = JSON.parse((await complete(server)).body) as { choices: unknown };
      while ((await health(server)).model === 'open');
      const answers = await Promise.all([complete(server), complete(server), complete(server)]);
      for (const { body } of answers) assert.deepEqual((JSON.parse(body) as typeof first).choices, first.choices);
    } finally {
      await server.close();
    }
  });

  it('answers 503 while the process holds more than it may, lets what is under way go on, and answers again', async () => {
    const capBytes = process.memoryUsage.rss() + 640 * mebibyte;
    const server = await serveCheckpoint(checkpoint.folder, { capBytes });
    try {
      const client = createClient({ baseUrl: server.baseUrl, model: 'tiny' });
      const before = await client.complete({ prompt: 'aspirin', maxTokens: 8, seed: 3 });
      // 60 × 1500 tokens: under way until it is given up.
      const stream = await new OpenAI({ baseURL: server.baseUrl, apiKey: 'none', maxRetries: 0 }).completions.create({ model: 'tiny', prompt: 'aspirin', max_tokens: 1500, n: 60, temperature: 1, stream: true });
      // In a thread, whose memory is given back with it.
      const ballast = new Worker(`globalThis.held = Buffer.alloc(${capBytes}, 1); const { parentPort } = require('node:worker_threads'); parentPort.on('message', () => undefined); parentPort.postMessage('full');`, { eval: true });
      await once(ballast, 'message');
      const refusal = async (): Promise<unknown[]> => {
        const { status, headers, body } = await complete(server);
        return [status, headers['retry-after'], (JSON.parse(body) as { error: { code: string } }).error.code];
      };
      assert.deepEqual(await refusal(), [503, '5', 'memory_full']);
      const next = await stream[Symbol.asyncIterator]().next();
      assert.equal(next.done, false);
      stream.controller.abort();
      while ((await health(server)).requests > 0);
      // Nobody uses the model now: its own memory is given back, which does not help while the rest is held elsewhere.
      assert.deepEqual(await refusal(), [503, '5', 'model_not_open']);
      assert.equal((await health(server)).model, 'unloaded');
      await ballast.terminate();
      assert.deepEqual((await client.complete({ prompt: 'aspirin', maxTokens: 8, seed: 3 })).choices, before.choices);
    } finally {
      await server.close();
    }
  });
});
