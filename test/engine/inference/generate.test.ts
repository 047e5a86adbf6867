// Generation over the key/value cache against transformers' generate() and against whole passes without a cache.
import assert from 'node:assert/strict';
import { Stopped, UserError } from '../../../src/base/errors/problem';
import { createGenerator, type GenerationEnd, type LoadedCheckpoint, type SamplingSettings, type TokenPiece } from '../../../src/engine/inference';
import { loadModel, plainRows } from '../../../src/engine/model';
import { memory, tidy } from '../../../src/engine/tensors';
import { fixtureFolder, loadReference, variants } from '../model/reference';
import { makeCheckpoint } from './checkpoint';

const greedy: SamplingSettings = { maxTokens: 20, temperature: 0, topP: 1, stop: [], seed: 1 };

async function collect(checkpoint: LoadedCheckpoint, prompt: readonly number[], settings: Partial<SamplingSettings> = {}, signal?: AbortSignal): Promise<{ pieces: TokenPiece[]; ids: number[]; text: string; end: GenerationEnd }> {
  const generation = createGenerator(checkpoint).generate(prompt, { ...greedy, ...settings }, signal);
  const pieces: TokenPiece[] = [];
  for (;;) {
    const next = await generation.next();
    if (next.done) return { pieces, ids: pieces.map(({ id }) => id), text: pieces.map(({ text }) => text).join(''), end: next.value };
    pieces.push(next.value);
  }
}

for (const backend of ['wasm', 'cpu'] as const) {
  describe(`generation on ${backend}`, () => {
    let checkpoint: LoadedCheckpoint;
    let tensorsBefore: number;
    before(async () => { checkpoint = { ...(await makeCheckpoint(backend)), stopTokens: new Set<number>() }; });
    beforeEach(() => { tensorsBefore = memory().numTensors; });
    afterEach(() => { assert.equal(memory().numTensors, tensorsBefore, 'tensors were left behind'); });
    after(() => { checkpoint.model.dispose(); });

    for (const variant of variants) {
      it(`says what transformers says: ${variant}`, async () => {
        const { reference } = await loadReference(variant);
        const model = await loadModel(fixtureFolder(variant));
        const { prompt, continuation } = reference.greedy;
        const { ids, end } = await collect({ ...checkpoint, model }, prompt, { maxTokens: continuation.length });
        model.dispose();
        assert.deepEqual(ids, continuation);
        assert.deepEqual(end, { reason: 'length', promptTokens: prompt.length, completionTokens: continuation.length });
      });
    }

    it('with the cache equals whole passes without it, with and without a window', async () => {
      for (const slidingWindow of [null, 4]) {
        const own = { ...(await makeCheckpoint(backend, { slidingWindow })), stopTokens: new Set<number>() };
        const { model } = own;
        const V = model.config.vocabularySize;
        const prompt = [40, 41, 42, 43, 44, 45];
        const { pieces } = await collect(own, prompt, { topLogProbabilities: 3 });
        const sequence = [...prompt];
        for (const piece of pieces) {
          const row = [...tidy(() => model.logits(model.hidden(plainRows([sequence]))).dataSync()).slice(-V)];
          const normaliser = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
          assert.equal(piece.id, row.indexOf(Math.max(...row)));
          assert.ok(Math.abs(piece.logProbability! - (row[piece.id]! - normaliser)) < 1e-4);
          assert.deepEqual(piece.top!.map(({ id }) => id), [...row.keys()].sort((a, b) => row[b]! - row[a]!).slice(0, 3));
          sequence.push(piece.id);
        }
        model.dispose();
      }
    });

    it('ends at an end token, which is counted and told, but no piece of the text', async () => {
      const { ids, pieces } = await collect(checkpoint, [50, 51], { topLogProbabilities: 2 });
      const stop = ids.findIndex((id, i) => i > 2 && ids.indexOf(id) === i);
      const ended = await collect({ ...checkpoint, stopTokens: new Set([ids[stop]!]) }, [50, 51], { topLogProbabilities: 2 });
      assert.deepEqual(ended.ids, ids.slice(0, stop));
      assert.deepEqual(ended.end, { reason: 'stop', promptTokens: 2, completionTokens: stop + 1, endToken: { ...pieces[stop]!, text: '' } });
    });

    it('ends before a stop string that spans tokens', async () => {
      const whole = await collect(checkpoint, [60, 61, 62]);
      const at = whole.text.length >> 1;
      const stop = whole.text.slice(at, at + 3);
      const cut = await collect(checkpoint, [60, 61, 62], { stop: ['never said', stop] });
      assert.equal(cut.text, whole.text.slice(0, whole.text.indexOf(stop)));
      assert.equal(cut.end.reason, 'stop');
      assert.ok(cut.end.completionTokens < whole.end.completionTokens);
    });

    it('repeats itself with a seed and varies with another', async () => {
      const sample = (seed: number): Promise<number[]> => collect(checkpoint, [70], { temperature: 1, topP: 0.95, seed }).then(({ ids }) => ids);
      assert.deepEqual(await sample(5), await sample(5));
      assert.notDeepEqual(await sample(5), await sample(6));
    });

    it('goes on to the last position of the model and not past it', async () => {
      const room = checkpoint.model.config.maxPositions;
      const { end } = await collect(checkpoint, [1, 2, 3], { maxTokens: 1000 });
      assert.deepEqual(end, { reason: 'length', promptTokens: 3, completionTokens: room - 3 });
      await assert.rejects(collect(checkpoint, new Array<number>(room).fill(5)), UserError);
    });

    it('without a prompt starts from the prefix token', async () => {
      const { ids, end } = await collect(checkpoint, []);
      assert.deepEqual(ids, (await collect(checkpoint, [checkpoint.tokenizer.endId])).ids);
      assert.equal(end.promptTokens, 1);
    });

    it('stops on a signal', async () => {
      const controller = new AbortController();
      const generation = createGenerator(checkpoint).generate([80, 81], greedy, controller.signal);
      await generation.next();
      controller.abort();
      await assert.rejects(async () => { for (;;) if ((await generation.next()).done) return; }, Stopped);
    });

    it('frees its cache when the reader leaves early', async () => {
      for await (const piece of createGenerator(checkpoint).generate([80, 81], greedy)) {
        assert.equal(typeof piece.text, 'string');
        break;
      }
    });

    it('may interleave with another', async () => {
      const [first, second] = [[90, 91], [92]];
      const together = await Promise.all([collect(checkpoint, first), collect(checkpoint, second)]);
      assert.deepEqual(together[0].ids, (await collect(checkpoint, first)).ids);
      assert.deepEqual(together[1].ids, (await collect(checkpoint, second)).ids);
    });

    // On the fast backend only: it takes seconds on the other, and does not depend on which.
    if (backend === 'wasm') it('takes a prompt longer than one piece of it', async () => {
      const own = { ...(await makeCheckpoint(backend, { maxPositions: 640 })), stopTokens: new Set<number>() };
      const prompt = Array.from({ length: 530 }, (_, i) => (i * 7) % 290);
      const V = own.model.config.vocabularySize;
      const row = [...tidy(() => own.model.logits(own.model.hidden(plainRows([prompt]))).dataSync()).slice(-V)];
      const { ids } = await collect(own, prompt, { maxTokens: 1 });
      own.model.dispose();
      assert.deepEqual(ids, [row.indexOf(Math.max(...row))]);
    });
  });
}
