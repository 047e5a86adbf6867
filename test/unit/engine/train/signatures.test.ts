// Failure signatures: planted cases are found where they are planted, and ordinary noise is let be.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RandomStream } from '../../../../src/base/math/random';
import { DataWatch } from '../../../../src/engine/train/signatures/data';
import { HeldOutWatch, type HeldOutWatchSettings } from '../../../../src/engine/train/signatures/held-out';
import { LossWatch } from '../../../../src/engine/train/signatures/loss';
import { loadEntropy } from '../../../../src/engine/train/router';
import { RouterWatch } from '../../../../src/engine/train/signatures/router';
import type { TrainEvent } from '../../../../src/engine/train';
import { DataPlan, documentsOf } from '../../../../src/engine/train/data-plan';
import { documentRows } from '../../../../src/engine/train/rows';
import { concernedDocuments } from '../../../../src/engine/train/signatures/documents';
import type { Signature } from '../../../../src/engine/train/signatures/signature';
import { SignatureWatch } from '../../../../src/engine/train/signatures/watch';
import { shardOf } from './shards';

const stageRows = (name: string, documents: number) => documentRows(name, shardOf(Array.from({ length: documents }, () => 3)), 8);
const documentsAt = (step: number, stage = 'only') => [{ stage, documents: [step] }];
const said = (signatures: readonly Signature[]): string[] => signatures.map(({ kind, step }) => `${kind} at ${step}`);

/** A falling loss with noise of one twentieth of it. */
function fallingLoss(seed: number, steps: number): number[] {
  const stream = RandomStream.of(seed, 'loss');
  return Array.from({ length: steps }, (_, step) => (2 + 3 * Math.exp(-step / 60)) * (1 + 0.02 * stream.normal()));
}

function watchLoss(losses: readonly number[], rewarmingSteps = 0, stageOf: (step: number) => string = () => 'only'): Signature[] {
  const watch = new LossWatch({ rewarmingSteps });
  return losses.flatMap((loss, i) => watch.observe({ step: i + 1, loss, documents: documentsAt(i + 1, stageOf(i + 1)) }));
}

describe('signatures of the training loss', () => {
  it('are none in a loss that falls with noise', () => {
    fc.assert(fc.property(fc.integer(), (seed) => { assert.deepEqual(said(watchLoss(fallingLoss(seed, 300))), []); }));
  });

  it('are a spike where one batch stands out, with its documents', () => {
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 20, max: 280 }), fc.double({ min: 1.6, max: 50, noNaN: true }), (seed, at, factor) => {
      const losses = fallingLoss(seed, 300);
      losses[at - 1]! *= factor;
      const found = watchLoss(losses);
      assert.deepEqual(said(found), [`loss-spike at ${at}`]);
      assert.deepEqual(found[0]!.updates, { from: at, to: at });
    }));
  });

  it('are a divergence where the loss rises and stays, said once', () => {
    const found = watchLoss(fallingLoss(1, 300).map((loss, i) => (i < 150 ? loss : loss * 2)));
    assert.deepEqual(said(found), ['loss-spike at 151', 'divergence at 165']);
    assert.deepEqual(found[1]!.updates, { from: 150, to: 151 }, 'the one that broke the weights, and the first that shows it');
  });

  it('are a bump, which is expected, where a trained model is warmed up again', () => {
    const bump = (i: number): number => 1 + 0.6 * Math.exp(-(((i - 60) / 20) ** 2));
    const losses = fallingLoss(1, 300).map((loss, i) => (loss - 3 * Math.exp(-i / 60)) * bump(i));
    assert.deepEqual(watchLoss(losses, 120).map(({ kind }) => kind), ['rewarming-bump']);
    assert.ok(watchLoss(losses, 0).some(({ kind }) => kind === 'divergence'), 'the same rise later is none');
  });

  it('are a divergence where such a bump does not end', () => {
    const losses = fallingLoss(1, 300).map((loss, i) => (i < 40 ? loss : 3 * loss));
    assert.deepEqual(said(watchLoss(losses, 80)), ['rewarming-bump at 55', 'divergence at 81']);
  });

  it('are none where a harder stage of the mix begins', () => {
    const losses = fallingLoss(1, 200).map((loss, i) => (i < 100 ? loss : loss * 3));
    assert.deepEqual(watchLoss(losses, 0, (step) => (step <= 100 ? 'easy' : 'hard')), []);
  });
});

describe('signatures of held-out losses', () => {
  const settings: HeldOutWatchSettings = { sets: { clinical: { role: 'target' }, general: { role: 'replay' } }, hasBase: true, warmupSteps: 10, forgettingThreshold: 0.05 };
  const find = (set: string, losses: readonly number[], trainLosses: readonly number[], changes: Partial<HeldOutWatchSettings> = {}): Signature[] => {
    const heldOut = new HeldOutWatch({ ...settings, ...changes });
    return losses.flatMap((loss, i) => heldOut.observe(i * 10, set, loss, trainLosses[i] ?? NaN));
  };
  const watch = (...args: Parameters<typeof find>): string[] => said(find(...args));
  const falling = [3, 2.8, 2.5, 2.2, 2, 1.8, 1.6];

  it('are overfitting where unseen documents get worse while seen ones get better', () => {
    assert.deepEqual(watch('clinical', [3, 2.5, 2.4, 2.45, 2.5, 2.6], falling), ['overfitting at 40']);
    assert.deepEqual(watch('clinical', [3, 2.5, 2.4, 2.45, 2.5, 2.6], falling.toReversed()), []);
    assert.deepEqual(watch('clinical', [3, 2.5, 2.4, 2.405, 2.41, 2.3], falling), []);
  });

  it('are forgetting where what the model knew gets worse than in its base, once it is warmed up', () => {
    assert.deepEqual(watch('general', [2, 2.3, 2.3, 2.3], falling), ['forgetting at 20']);
    assert.deepEqual(watch('general', [2, 2.3, 2.05, 2.3], falling), ['forgetting at 30']);
    assert.deepEqual(watch('general', [2, 2.08, 2.09, 2.09], falling), []);
    assert.deepEqual(watch('general', [2, 2.3, 2.3], falling, { hasBase: false }), []);
    assert.deepEqual(watch('clinical', [2, 2.3, 2.3], falling.toReversed()), []);
  });

  it('concern the updates since the loss was lowest, and since nothing was forgotten', () => {
    assert.deepEqual(find('clinical', [3, 2.5, 2.4, 2.45, 2.5, 2.6], falling)[0]!.updates, { from: 21, to: 40 });
    assert.deepEqual(find('general', [2, 2.3, 2.05, 2.3], falling)[0]!.updates, { from: 21, to: 30 });
    assert.deepEqual(find('general', [2, 2.3, 2.3], falling)[0]!.updates, { from: 1, to: 20 }, 'also while it was warmed up');
  });

  it('are none where every loss falls', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0.01, max: 9, noNaN: true }), { minLength: 2, maxLength: 30 }), fc.constantFrom('clinical', 'general'), (losses, set) => {
      const sorted = [...losses].sort((a, b) => b - a);
      assert.deepEqual(watch(set, sorted, sorted), []);
    }));
  });
});

describe('signatures of routers and data', () => {
  it('are a collapse where few experts get the tokens for long', () => {
    const router = new RouterWatch(1);
    const loads = (step: number) => [[5, 5, 5, 5], step < 20 ? [5, 4, 6, 5] : [97, 1, 1, 1]];
    const found = Array.from({ length: 60 }, (_, i) => router.observe(i + 1, loads(i + 1))).flat();
    assert.deepEqual(said(found), ['router-collapse at 29']);
    assert.deepEqual(found[0]!.updates, { from: 19, to: 20 }, 'the update the router learnt from, and the first that was routed so');
  });

  it('are a collapse where all tokens go to the same experts, however many each has to have', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 16 }), fc.nat(), (experts, choice) => {
      const perToken = 1 + (choice % (experts - 1));
      const watch = (load_E: number[]): string[] => {
        const router = new RouterWatch(perToken);
        return said(Array.from({ length: 12 }, (_, i) => router.observe(i + 1, [load_E])).flat());
      };
      assert.deepEqual(watch(Array.from({ length: experts }, (_, e) => (e < perToken ? 100 : 0))), ['router-collapse at 10']);
      assert.deepEqual(watch(Array<number>(experts).fill(100)), []);
    }));
  });

  it('measure an even load as 1 and one expert alone as 0, whatever the number of tokens', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 16 }), fc.integer({ min: 1, max: 1e6 }), (experts, tokens) => {
      assert.ok(Math.abs(loadEntropy(Array<number>(experts).fill(tokens)) - 1) < 1e-9);
      assert.equal(loadEntropy(Array.from({ length: experts }, (_, e) => (e === 0 ? tokens : 0))), 0);
    }));
  });

  it('are stalled data where the same documents come again and again, of a mix that has others', () => {
    const watch = (updatesInPass: number) => {
      const data = new DataWatch(updatesInPass);
      return said(Array.from({ length: 20 }, (_, i) => data.observe({ step: i + 1, loss: 1, documents: documentsAt(Math.min(i, 10)) })).flat());
    };
    assert.deepEqual(watch(30), ['stalled-data at 14']);
    assert.deepEqual(watch(1), []);
  });
});

const plan = new DataPlan([stageRows('only', 400)], { epochs: 1, batchSize: 1, accumulationSteps: 1, seed: 1 });
const settings = { sets: {}, hasBase: false, warmupSteps: 0, forgettingThreshold: 1, rewarmingSteps: 0, updatesInPass: 1000, plan };
const update = (step: number, loss: number): TrainEvent => ({
  type: 'update', progress: { step, tokens: 0, trainedTokens: 0 }, loss, learningRate: 0, gradientNorm: 1, noise: undefined, quietLoss: undefined, routing: undefined,
  documents: documentsAt(step), updateTokens: 1, durationMs: 1,
});

describe('documents of a signature', () => {
  it('are those its updates learnt from, the ones of most updates first, also of several stages', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 20 }), fc.nat(30), (first, second, from, more) => {
      const two = new DataPlan([stageRows('a', first), stageRows('b', second)], { epochs: 1, steps: 60, batchSize: 2, accumulationSteps: 2, seed: 3 });
      const updates = Array.from({ length: more + 1 }, (_, i) => documentsOf(two.microBatches(from + i - 1).flat()));
      const timesOf = (stage: string, document: number): number => updates.filter((one) => one.some((of) => of.stage === stage && of.documents.includes(document))).length;
      const found = concernedDocuments(two, { from, to: from + more });
      for (const { stage, documents, omitted } of found) {
        assert.equal(omitted, undefined);
        const all = new Set(updates.flat().filter((one) => one.stage === stage).flatMap((one) => one.documents));
        assert.deepEqual(new Set(documents), all);
        const times = documents.map((document) => timesOf(stage, document));
        assert.deepEqual(times, times.toSorted((x, y) => y - x));
      }
      assert.deepEqual(new Set(found.map(({ stage }) => stage)), new Set(updates.flat().map(({ stage }) => stage)));
    }));
  });

  it('are counted where they are too many to name', () => {
    const found = concernedDocuments(plan, { from: 1, to: 30 }, 12);
    assert.equal(found[0]!.documents.length, 12);
    assert.equal(found[0]!.omitted, 18);
  });

  it('are with every finding, whatever was seen: those of forgetting are of the steps it was forgotten in', () => {
    const watch = new SignatureWatch({ ...settings, hasBase: true, forgettingThreshold: 0.05, sets: { general: { role: 'replay' } } });
    const heldOut = (step: number, loss: number): TrainEvent => ({
      type: 'heldOut', name: 'general', measured: { loss, bitsPerByte: 1, tokens: 1 }, progress: { step, tokens: 0, trainedTokens: 0 },
    });
    const events = [heldOut(0, 2), ...[1, 2, 3].map((step) => update(step, 2)), heldOut(3, 2.05), ...[4, 5].map((step) => update(step, 2)), heldOut(5, 2.4)];
    const found = events.flatMap((event) => watch.observe(event));
    assert.deepEqual(said(found), ['forgetting at 5']);
    const rows = [4, 5].flatMap((step) => plan.microBatches(step - 1).flat().map(({ row }) => row));
    assert.deepEqual(found[0]!.documents, [{ stage: 'only', documents: rows.toSorted((a, b) => a - b) }]);
    const ended = watch.observe({ type: 'nonFinite', progress: { step: 5, tokens: 0, trainedTokens: 0 }, loss: NaN, gradientNorm: NaN, documents: [] });
    assert.deepEqual(ended[0]!.documents, documentsOf(plan.microBatches(5).flat()));
  });
});

describe('signatures of a resumed run', () => {

  it('are those of one that was never interrupted, from its first step on', () => {
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 80, max: 250 }), fc.integer({ min: 1, max: 40 }), fc.boolean(), (seed, resumedAt, after, stays) => {
      const losses = fallingLoss(seed, 300).map((loss, i) => (i + 1 === resumedAt + after || (stays && i >= resumedAt + after) ? 2 * loss : loss));
      const whole = new SignatureWatch(settings);
      const expected = losses.flatMap((loss, i) => whole.observe(update(i + 1, loss))).filter(({ step }) => step > resumedAt);
      const resumed = new SignatureWatch(settings);
      losses.slice(0, resumedAt).forEach((loss, i) => { resumed.replay(i + 1, loss, i + 1 > resumedAt - 80 ? documentsAt(i + 1) : undefined); });
      assert.deepEqual(losses.slice(resumedAt).flatMap((loss, i) => resumed.observe(update(resumedAt + i + 1, loss))), expected);
      assert.ok(expected.length > 0);
    }));
  });
});
