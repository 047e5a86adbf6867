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
import type { Signature } from '../../../../src/engine/train/signatures/signature';
import { SignatureWatch } from '../../../../src/engine/train/signatures/watch';

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
      assert.deepEqual(found[0]!.documents, documentsAt(at));
    }));
  });

  it('are a divergence where the loss rises and stays, said once', () => {
    const found = said(watchLoss(fallingLoss(1, 300).map((loss, i) => (i < 150 ? loss : loss * 2))));
    assert.deepEqual(found, ['loss-spike at 151', 'divergence at 165']);
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
  const watch = (set: string, losses: readonly number[], trainLosses: readonly number[], changes: Partial<HeldOutWatchSettings> = {}): string[] => {
    const heldOut = new HeldOutWatch({ ...settings, ...changes });
    return said(losses.flatMap((loss, i) => heldOut.observe(i * 10, set, loss, trainLosses[i] ?? NaN)));
  };
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
    assert.deepEqual(said(Array.from({ length: 60 }, (_, i) => router.observe(i + 1, loads(i + 1))).flat()), ['router-collapse at 29']);
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

describe('signatures of a resumed run', () => {
  const settings = { sets: {}, hasBase: false, warmupSteps: 0, forgettingThreshold: 1, rewarmingSteps: 0, updatesInPass: 1000 };
  const update = (step: number, loss: number): TrainEvent => ({
    type: 'update', progress: { step, tokens: 0, trainedTokens: 0 }, loss, learningRate: 0, gradientNorm: 1, noise: undefined, quietLoss: undefined, routing: undefined,
    documents: documentsAt(step), updateTokens: 1, durationMs: 1,
  });

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
