import assert from 'node:assert/strict';
import { UserError } from '../../../src/base/errors/problem';
import { documentRows, measureHeldOut, packedDocumentRows, train } from '../../../src/engine/train';
import { dispose, memory, mul, openBackend, tidy } from '../../../src/engine/tensors';
import { makeBatch } from '../../../src/engine/train/batch';
import { GradientSum } from '../../../src/engine/train/gradient-sum';
import { lossGradients } from '../../../src/engine/train/loss';
import { disposeTraining, eventsOf, eventsOfType, tinyConfig, tinyShard, tinyTraining, weightsOf, type TinyOptions } from './tiny';

async function finalWeights(options: TinyOptions): Promise<{ weights: Map<string, Float32Array>; losses: number[] }> {
  const settings = tinyTraining(options);
  const losses = eventsOfType(await eventsOf(settings), 'update').map(({ loss }) => loss);
  const weights = weightsOf(settings.model);
  disposeTraining(settings);
  return { weights, losses };
}

describe('training', () => {
  let tensorsBefore = 0;

  before(() => openBackend('wasm'));
  // Suites of other files share the backend; only what a test itself leaves behind counts.
  beforeEach(() => { tensorsBefore = memory().numTensors; });

  it('starts at the loss of a model that knows nothing: ln of the vocabulary', async () => {
    const settings = tinyTraining({ plan: { steps: 1 } });
    const events = await eventsOf(settings);
    const expected = Math.log(tinyConfig.vocabularySize);
    const { measured } = eventsOfType(events, 'heldOut')[0]!;
    assert.ok(Math.abs(eventsOfType(events, 'update')[0]!.loss - expected) < 0.05);
    assert.ok(Math.abs(measured.loss - expected) < 0.05);
    assert.ok(Math.abs(measured.bitsPerByte - (measured.loss * measured.tokens) / Math.LN2 / settings.heldOut.sets[0]!.bytes) < 1e-12);
    disposeTraining(settings);
  });

  it('learns a few documents by heart', async () => {
    const { losses } = await finalWeights({ documents: 4, plan: { steps: 150, batchSize: 8 }, optimiser: { learningRate: 0.01, weightDecay: 0 } });
    assert.ok(losses.at(-1)! < 0.15, `last loss ${losses.at(-1)}`);
  });

  it('lowers the loss of documents it has not seen', async () => {
    const settings = tinyTraining({ documents: 400, plan: { epochs: 2 } });
    const [before, after] = eventsOfType(await eventsOf(settings), 'heldOut').map(({ measured }) => measured.loss);
    assert.ok(after! < before! - 0.5, `${before} to ${after}`);
    disposeTraining(settings);
  });

  for (const stage of ['pretrain', 'finetune'] as const) {
    it(`takes the same updates from accumulated micro-batches as from one large batch (${stage})`, async () => {
      // A large epsilon, since AdamW otherwise turns the rounding of a gradient near zero into a whole step.
      const options = { stage, optimiser: { epsilon: 1e-3 } };
      const whole = await finalWeights({ ...options, plan: { steps: 4, batchSize: 12 } });
      const split = await finalWeights({ ...options, plan: { steps: 4, batchSize: 3, accumulationSteps: 4 } });
      whole.losses.forEach((loss, i) => { assert.ok(Math.abs(loss - split.losses[i]!) < 1e-6 * loss, `step ${i + 1}: ${loss} and ${split.losses[i]}`); });
      for (const [name, weights] of whole.weights) {
        const largest = split.weights.get(name)!.reduce((most, weight, i) => Math.max(most, Math.abs(weight - weights[i]!)), 0);
        assert.ok(largest < 1e-6, `${name} differs by ${largest}`);
      }
    });
  }

  it('has the gradient of the large batch when micro-batches hold unequal numbers of learnt tokens', async () => {
    const settings = tinyTraining({ stage: 'finetune' });
    const rows = settings.plan.stages[0]!;
    const byLearnt = Array.from(rows.lossTokens.keys()).sort((a, b) => rows.lossTokens[a]! - rows.lossTokens[b]!);
    const batchOf = (chosen: readonly number[]) => makeBatch(chosen.map((row) => ({ of: rows, row })), { padId: settings.padId, maximumLength: settings.sequenceLength });
    const [few, many] = [byLearnt.slice(0, 3), byLearnt.slice(-3)];
    const whole = batchOf([...few, ...many]);
    assert.ok(batchOf(many).lossTokens > 3 * batchOf(few).lossTokens);
    const large = await lossGradients(settings.model, whole, whole.lossTokens);
    const sum = new GradientSum();
    let loss = 0;
    for (const chosen of [few, many]) {
      const part = await lossGradients(settings.model, batchOf(chosen), whole.lossTokens);
      loss += part.value;
      sum.add(part.gradients);
    }
    assert.ok(Math.abs(loss - large.value) < 1e-6 * large.value);
    large.gradients.forEach((gradient, i) => {
      const expected = gradient.dataSync<'float32'>();
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      // f32 sums in another order; a mean of means would be off by a factor.
      sum.tensors[i]!.dataSync().forEach((value, j) => { assert.ok(Math.abs(value - expected[j]!) <= 2e-6 * largest); });
    });
    sum.dispose();
    dispose(large.gradients);
    disposeTraining(settings);
  });

  for (const masked of [false, true]) it(`learns from packed documents what it learns from each alone${masked ? ', answers only' : ''}`, async () => {
    const settings = tinyTraining();
    const shard = tinyShard(1, 20, masked);
    const found = await Promise.all([packedDocumentRows('packed', shard, 24), documentRows('alone', shard, 24)].map(async (rows) => {
      const batch = makeBatch(Array.from(rows.starts, (_, row) => ({ of: rows, row })), { padId: settings.padId, maximumLength: 24 });
      return { rows: batch.rows.batch, lossTokens: batch.lossTokens, ...await lossGradients(settings.model, batch, batch.lossTokens) };
    }));
    const [packed, alone] = [found[0]!, found[1]!];
    assert.ok(packed.rows < 0.8 * alone.rows);
    assert.equal(packed.lossTokens, alone.lossTokens);
    assert.ok(Math.abs(packed.value - alone.value) < 1e-6 * alone.value, `${packed.value} and ${alone.value}`);
    packed.gradients.forEach((gradient, i) => {
      const expected = alone.gradients[i]!.dataSync<'float32'>();
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      // f32 sums in another order; seeing a neighbour would be off by tenths.
      gradient.dataSync().forEach((value, j) => { assert.ok(Math.abs(value - expected[j]!) <= 4e-6 * largest, `${value} and ${expected[j]}`); });
    });
    for (const { gradients } of found) dispose(gradients);
    disposeTraining(settings);
  });

  it('takes the same updates with recomputed activations, to the bit and with the same noise', async () => {
    const options: TinyOptions = { stage: 'finetune', neftuneAlpha: 5, plan: { steps: 4, batchSize: 3, accumulationSteps: 2 } };
    assert.deepEqual(await finalWeights({ ...options, recompute: true }), await finalWeights(options));
  });

  it('counts the tokens it saw and those it learnt', async () => {
    const settings = tinyTraining({ stage: 'finetune', plan: { epochs: 2, batchSize: 7 } });
    const { progress } = eventsOfType(await eventsOf(settings), 'boundary').at(-1)!;
    const rows = settings.plan.stages[0]!;
    assert.equal(progress.tokens, 2 * rows.lengths.reduce((sum, length) => sum + length, 0));
    assert.equal(progress.trainedTokens, 2 * rows.lossTokens.reduce((sum, length) => sum + length, 0));
    assert.ok(progress.trainedTokens < progress.tokens);
    disposeTraining(settings);
  });

  const leaks: Record<string, TinyOptions> = {
    'with noise and accumulation': { neftuneAlpha: 5, plan: { steps: 5, batchSize: 3, accumulationSteps: 2 } },
    'packed, with recomputed activations': { packing: 'best-fit', recompute: true, plan: { steps: 5, batchSize: 2 } },
    'of an adapter with dropout': { lora: { rank: 2, alpha: 4, dropout: 0.1, targetModules: ['q_proj', 'up_proj'], rankStabilised: true }, plan: { steps: 5 } },
  };
  for (const [what, options] of Object.entries(leaks)) it(`keeps no tensor from step to step ${what}`, async () => {
    const settings = tinyTraining({ stage: 'finetune', ...options });
    const counts: number[] = [];
    for await (const event of train({ ...settings, heldOut: { ...settings.heldOut, everySteps: 1 } })) {
      if (event.type === 'boundary') counts.push(memory().numTensors);
    }
    disposeTraining(settings);
    assert.deepEqual(counts, Array(5).fill(counts[0]));
    assert.equal(memory().numTensors, tensorsBefore);
  });

  it('frees what an update has gathered when it is stopped between micro-batches, and leaves the weights alone', async () => {
    const settings = tinyTraining({ plan: { steps: 2, batchSize: 3, accumulationSteps: 3 } });
    const before = weightsOf(settings.model);
    for await (const event of train(settings)) if (event.type === 'microBatch') break;
    assert.deepEqual(weightsOf(settings.model), before);
    disposeTraining(settings);
    assert.equal(memory().numTensors, tensorsBefore);
  });

  it('stops before the update when the loss is not finite, and names the step and the documents', async () => {
    const settings = tinyTraining({ plan: { steps: 3 } });
    const embedding = settings.model.parameters.get('model.embed_tokens.weight')!;
    const head = settings.model.parameters.get('lm_head.weight')!;
    let headBefore: Float32Array | undefined;
    const poison = async (): Promise<void> => {
      for await (const event of train(settings)) {
        if (event.type !== 'boundary' || event.progress.step !== 2) continue;
        tidy(() => { embedding.assign(mul(embedding, NaN)); });
        headBefore = head.dataSync<'float32'>().slice();
      }
    };
    await assert.rejects(poison(), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /the loss is NaN at step 3.*tiny: documents \d/);
      return true;
    });
    assert.deepEqual(head.dataSync(), headBefore);
    disposeTraining(settings);
    assert.equal(memory().numTensors, tensorsBefore);
  });

  it('measures held-out loss without noise, whatever the alpha', async () => {
    const measure = async (options: TinyOptions): Promise<number> => {
      const settings = tinyTraining({ ...options, plan: { steps: 1 } });
      const { measured } = eventsOfType(await eventsOf(settings), 'heldOut')[0]!;
      disposeTraining(settings);
      return measured.loss;
    };
    assert.equal(await measure({ neftuneAlpha: 500 }), await measure({}));
  });

  it('adds noise in training, and reports its norm', async () => {
    const first = async (options: TinyOptions) => {
      const settings = tinyTraining({ ...options, stage: 'finetune', plan: { steps: 1, batchSize: 8 } });
      const update = eventsOfType(await eventsOf(settings), 'update')[0]!;
      disposeTraining(settings);
      return update;
    };
    const [quiet, noisy] = [await first({}), await first({ neftuneAlpha: 5 })];
    assert.notEqual(noisy.loss, quiet.loss);
    assert.equal(quiet.noise, undefined);
    assert.equal(quiet.quietLoss, undefined);
    // Measured as sums of single log-likelihoods in double precision, where the training loss is one sum in f32.
    assert.ok(Math.abs(noisy.quietLoss! - quiet.loss) < 1e-5, 'the loss without noise is reported beside');
    assert.ok(Math.abs(noisy.noise!.norm - 5 / Math.sqrt(3)) < 0.2);
  });

  it('measures each held-out document as if it stood alone', async () => {
    const settings = tinyTraining({});
    const [set] = settings.heldOut.sets;
    const options = { padId: 0, maximumLength: settings.sequenceLength };
    const together = await measureHeldOut(settings.model, set!, { ...options, batchTokens: 1000 });
    const alone = await measureHeldOut(settings.model, set!, { ...options, batchTokens: 1 });
    assert.equal(together.tokens, alone.tokens);
    assert.ok(Math.abs(together.loss - alone.loss) < 1e-6);
    disposeTraining(settings);
  });
});
