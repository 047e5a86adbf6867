// Sequences that go through the model together: each gets what it would have got alone, in fewer passes.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Stopped } from '../../../src/base/errors/problem';
import { Batcher, createGenerator, tokenLogProbabilities, type LoadedCheckpoint, type SamplingSettings } from '../../../src/engine/inference';
import type { SequencePart } from '../../../src/engine/model';
import { memory } from '../../../src/engine/tensors';
import { makeCheckpoint } from './checkpoint';

const greedy: SamplingSettings = { maxTokens: 12, temperature: 0, topP: 1, stop: [], seed: 1 };

async function say(checkpoint: LoadedCheckpoint, batcher: Batcher, prompt: readonly number[], settings: Partial<SamplingSettings> = {}, signal?: AbortSignal): Promise<number[]> {
  const ids: number[] = [];
  for await (const { id } of createGenerator(checkpoint, batcher).generate(prompt, { ...greedy, ...settings }, signal)) ids.push(id);
  return ids;
}

/** Rows of each pass of a model from now on. */
function watchPasses({ model }: LoadedCheckpoint): { readonly rows: number[]; stop(): void } {
  const rows: number[] = [];
  const original = model.hiddenOfParts.bind(model);
  model.hiddenOfParts = (parts: readonly SequencePart[]) => {
    rows.push(parts.reduce((sum, { ids_T }) => sum + ids_T.length, 0));
    return original(parts);
  };
  return { rows, stop: () => { model.hiddenOfParts = original; } };
}

for (const backend of ['wasm', 'cpu'] as const) {
  describe(`sequences in one batch on ${backend}`, () => {
    let checkpoint: LoadedCheckpoint;
    let tensorsBefore: number;
    before(async () => { checkpoint = { ...(await makeCheckpoint(backend)), stopTokens: new Set<number>() }; });
    after(() => { checkpoint.model.dispose(); });
    beforeEach(() => { tensorsBefore = memory().numTensors; });
    afterEach(() => { assert.equal(memory().numTensors, tensorsBefore, 'tensors were left behind'); });

    it('say what each says alone, however many there are, however long, with and without shared beginnings', async () => {
      const shared = Array.from({ length: 20 }, (_, i) => (i * 13) % 290);
      const prompt = fc.tuple(fc.boolean(), fc.array(fc.integer({ min: 1, max: 290 }), { minLength: 1, maxLength: 12 })).map(([begins, own]) => [...(begins ? shared : []), ...own]);
      await fc.assert(fc.asyncProperty(fc.array(prompt, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 4 }), fc.boolean(), async (prompts, mostSequences, keeps) => {
        const batcher = new Batcher(checkpoint.model, { mostSequences, ...(keeps ? { prefixBytes: 2 ** 20 } : {}) });
        const alone = [];
        for (const one of prompts) alone.push(await say(checkpoint, new Batcher(checkpoint.model), one, { maxTokens: 4 }));
        assert.deepEqual(await Promise.all(prompts.map((one) => say(checkpoint, batcher, one, { maxTokens: 4 }))), alone);
        batcher.dispose();
      }), { numRuns: backend === 'wasm' ? 20 : 4 });
    });

    it('share their passes', async () => {
      const watched = watchPasses(checkpoint);
      const batcher = new Batcher(checkpoint.model);
      await Promise.all([[1, 2], [3], [4, 5, 6], [7]].map((prompt) => say(checkpoint, batcher, prompt)));
      watched.stop();
      assert.deepEqual(watched.rows, [7, ...new Array<number>(11).fill(4)]);
    });

    it('are scored as alone, and what an earlier one has too is not computed again', async () => {
      const keeping = new Batcher(checkpoint.model, { prefixBytes: 2 ** 20 });
      const question = Array.from({ length: 30 }, (_, i) => 1 + ((i * 17) % 280));
      const texts = [[...question, 5, 6], [...question, 5, 7], [...question, 8], question.slice(0, 25), [...question, 5, 6, 9]];
      const watched = watchPasses(checkpoint);
      const found = await Promise.all(texts.map((ids) => tokenLogProbabilities(checkpoint, ids, { top: 2, batcher: keeping })));
      watched.stop();
      assert.ok(watched.rows.reduce((sum, rows) => sum + rows, 0) < 45, `${watched.rows.join()} rows`);
      for (const [index, ids] of texts.entries()) {
        const expected = await tokenLogProbabilities(checkpoint, ids, { top: 2 });
        assert.deepEqual(found[index]!.map(({ id }) => id), ids);
        for (const [at, { logProbability, top }] of expected.entries()) {
          assert.deepEqual(found[index]![at]!.top.map(({ id }) => id), top.map(({ id }) => id));
          assert.ok(at === 0 ? found[index]![0]!.logProbability === undefined : Math.abs(found[index]![at]!.logProbability! - logProbability!) < 1e-4);
        }
      }
      keeping.dispose();
    });

    it('do not notice one that is given up, waiting or under way', async () => {
      const few = new Batcher(checkpoint.model, { mostSequences: 2 });
      const expected = await say(checkpoint, new Batcher(checkpoint.model), [40, 41]);
      const controllers = [new AbortController(), new AbortController()];
      const given = controllers.map(({ signal }) => assert.rejects(say(checkpoint, few, [9], {}, signal), Stopped));
      const kept = [say(checkpoint, few, [40, 41]), say(checkpoint, few, [40, 41])];
      for (const controller of controllers) controller.abort();
      assert.deepEqual(await Promise.all(kept), [expected, expected]);
      await Promise.all(given);
    });

    it('are all told when a pass fails, and later ones go on', async () => {
      const own = new Batcher(checkpoint.model, { prefixBytes: 2 ** 20 });
      const { model } = checkpoint;
      const original = model.hiddenOfParts.bind(model);
      model.hiddenOfParts = () => { throw new Error('no memory'); };
      const failing = [[1], [2]].map((prompt) => assert.rejects(say(checkpoint, own, prompt), /no memory/));
      await Promise.all(failing);
      model.hiddenOfParts = original;
      assert.equal((await say(checkpoint, own, [1])).length, 12);
      own.dispose();
    });
  });
}

describe('kept beginnings', () => {
  it('stay within their bytes', async () => {
    const checkpoint = { ...(await makeCheckpoint('wasm')), stopTokens: new Set<number>() };
    const before = memory().numBytes;
    const limit = 100_000;
    const batcher = new Batcher(checkpoint.model, { prefixBytes: limit });
    for (let first = 1; first < 30; first++) await say(checkpoint, batcher, Array.from({ length: 30 }, (_, i) => first + i));
    assert.ok(memory().numBytes - before > 0 && memory().numBytes - before <= limit, `${memory().numBytes - before} bytes`);
    batcher.dispose();
    assert.equal(memory().numBytes, before);
    checkpoint.model.dispose();
  });
});
