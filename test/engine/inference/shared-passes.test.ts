// Passes that begin alike are computed once: the same likelihoods as scored one by one, and the tokens that go through the
// model are counted.
import assert from 'node:assert/strict';
import { Stopped } from '../../../src/base/errors/problem';
import { createLikelihoodModel, type LikelihoodRequest, type LoadedCheckpoint } from '../../../src/engine/inference';
import type { ModelConfig } from '../../../src/engine/model';
import { memory } from '../../../src/engine/tensors';
import { makeCheckpoint } from './checkpoint';

const shots = 'Which of the following is the answer?\nA. heart\nB. liver\nAnswer: A\n\n'.repeat(12);
const questions = ['Which organ makes insulin?', 'Which vitamin is deficient in scurvy?', 'What rules out losartan?'];
const letters: readonly LikelihoodRequest[] = questions.flatMap((question) => [' A', ' B', ' C', ' D'].map((continuation) => ({ context: `${shots}${question}\nAnswer:`, continuation })));
const texts: readonly LikelihoodRequest[] = questions.flatMap((question) =>
  [' aspirin', ' paracetamol with codeine', ' rest', ' the first of these'].map((continuation) => ({ context: `${shots}${question}\nAnswer:`, continuation })));

const variants: Readonly<Record<string, Partial<ModelConfig>>> = {
  'as it is': {},
  'with a window': { slidingWindow: 9 },
  'with rotary positions that depend on the length': { ropeScaling: { kind: 'dynamic', factor: 2 }, maxPositions: 700 },
  'with few positions, so that contexts lose their beginning': { maxPositions: 120 },
};

for (const [name, changed] of Object.entries(variants)) {
  describe(`passes that begin alike, of a model ${name}`, () => {
    let checkpoint: LoadedCheckpoint;
    before(async () => { checkpoint = await makeCheckpoint('wasm', { maxPositions: 2000, ...changed }); });
    after(() => { checkpoint.model.dispose(); });

    it('give the likelihoods that each gives alone', async () => {
      const scorer = createLikelihoodModel(checkpoint);
      const before = memory().numTensors;
      const requests = [...letters, ...texts];
      const together = await scorer.logLikelihood(requests);
      assert.equal(memory().numTensors, before);
      for (const [index, request] of requests.entries()) {
        const [alone] = await scorer.logLikelihood([request]);
        assert.ok(Math.abs(together[index]!.logLikelihood - alone!.logLikelihood) < 1e-5 * Math.max(1, -alone!.logLikelihood), `${index}: ${together[index]!.logLikelihood} instead of ${alone!.logLikelihood}`);
        assert.equal(together[index]!.isGreedy, alone!.isGreedy);
      }
    });
  });
}

describe('the tokens that go through the model', () => {
  let checkpoint: LoadedCheckpoint;
  let tokens = 0;
  before(async () => {
    checkpoint = await makeCheckpoint('wasm', { maxPositions: 2000 });
    const { model } = checkpoint;
    const hidden = model.hidden.bind(model);
    const hiddenOfParts = model.hiddenOfParts.bind(model);
    model.hidden = (...args) => { tokens += args[0].ids_N.length; return hidden(...args); };
    model.hiddenOfParts = (parts) => { tokens += parts.reduce((sum, { ids_T }) => sum + ids_T.length, 0); return hiddenOfParts(parts); };
  });
  beforeEach(() => { tokens = 0; });
  after(() => { checkpoint.model.dispose(); });

  const count = (text: string): number => checkpoint.tokenizer.encode(text).length;

  it('are, after shared examples, those of the examples once and of each question once for all letters', async () => {
    await createLikelihoodModel(checkpoint).logLikelihood(letters);
    const contexts = [...new Set(letters.map(({ context }) => context))].map(count);
    const plain = contexts.reduce((sum, length) => sum + length, 0);
    const own = plain - 3 * count(shots);
    // The examples' last token may be another one before a question.
    assert.ok(tokens <= count(shots) + own + 2 * 3, `${tokens} tokens`);
    assert.ok(tokens < plain / 2, `${tokens} of ${plain} tokens`);
  });

  it('are, for options that are texts, those of the context once and of each option once', async () => {
    const options = texts.slice(0, 4);
    await createLikelihoodModel(checkpoint).logLikelihood(options);
    const context = count(options[0]!.context);
    const continuations = options.reduce((sum, { context: before, continuation }) => sum + count(before + continuation) - context, 0);
    assert.equal(tokens, context - 1 + continuations);
  });

  it('stop on a signal between two passes of a tree', async () => {
    const controller = new AbortController();
    // More than one pass holds.
    const many = Array.from({ length: 60 }, (_, i) => ({ context: `${shots}${i + 1}. ${questions.join(' ')}\nAnswer:`, continuation: ' A' }));
    let done = 0;
    const before = memory().numTensors;
    const scoring = createLikelihoodModel(checkpoint).logLikelihood(many, { signal: controller.signal, onDone: () => { done += 1; controller.abort(); } });
    await assert.rejects(scoring, Stopped);
    assert.ok(done > 0 && done < many.length, `${done} done`);
    assert.equal(memory().numTensors, before);
  });
});
