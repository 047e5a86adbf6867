import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Run } from '../../../../src/documents/run/schema';
import { learningRateAt, makeSchedule } from '../../../../src/engine/train/schedule';
import { readFixture } from './fixtures';

const close = (actual: number, expected: number) => { assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`); };

describe('the learning rate', () => {
  it('rises linearly over the warm-up and is at its peak right after', () => {
    const schedule = makeSchedule({ kind: 'constant', warmupSteps: 4, minimumFraction: 0 }, 1, 10);
    [0.2, 0.4, 0.6, 0.8, 1, 1].forEach((expected, step) => { close(learningRateAt(schedule, step), expected); });
  });

  it('falls by a cosine to the minimum fraction', () => {
    const schedule = makeSchedule({ kind: 'cosine', minimumFraction: 0.1 }, 2, 100);
    close(learningRateAt(schedule, 0), 2);
    close(learningRateAt(schedule, 50), 2 * (0.1 + 0.9 * 0.5));
    close(learningRateAt(schedule, 25), 2 * (0.1 + 0.9 * 0.5 * (1 + Math.SQRT1_2)));
    close(learningRateAt(schedule, 100), 0.2);
  });

  it('falls linearly', () => {
    const schedule = makeSchedule({ kind: 'linear', warmupSteps: 10, minimumFraction: 0 }, 1, 110);
    close(learningRateAt(schedule, 10), 1);
    close(learningRateAt(schedule, 60), 0.5);
    close(learningRateAt(schedule, 109), 0.01);
  });

  const kinds: Readonly<Record<string, Partial<Run['schedule']>>> = {
    'constant_with_warmup': { kind: 'constant' },
    'cosine': { kind: 'cosine' },
    'cosine without warm-up': { kind: 'cosine' },
    'cosine_with_min_lr': { kind: 'cosine', minimumFraction: 0.1 },
    'linear': { kind: 'linear' },
    // Its warm-up starts at the minimum too.
    'warmup_stable_decay cosine': { kind: 'warmup-stable-decay', decaySteps: 13, minimumFraction: 0.1, warmupFrom: 0.1 },
    'warmup_stable_decay linear': { kind: 'warmup-stable-decay', decaySteps: 13, decayShape: 'linear', minimumFraction: 0.1, warmupFrom: 0.1 },
    'warmup_stable_decay 1-sqrt': { kind: 'warmup-stable-decay', decaySteps: 13, decayShape: '1-sqrt', minimumFraction: 0.1, warmupFrom: 0.1 },
  };
  const references = (readFixture('schedules.json') as Record<string, { warmupSteps: number; totalSteps: number; rates: number[] }>);
  for (const [name, { warmupSteps, totalSteps, rates }] of Object.entries(references)) {
    it(`is transformers' ${name} at every step`, () => {
      const settings = { kind: 'constant', minimumFraction: 0, warmupFrom: 0, ...kinds[name], warmupSteps } as const;
      const schedule = makeSchedule(settings, 1, totalSteps);
      rates.forEach((rate, step) => { close(learningRateAt(schedule, step), rate); });
      const ours = makeSchedule({ ...settings, warmupFrom: undefined }, 1, totalSteps);
      rates.forEach((rate, step) => { if (step >= warmupSteps) close(learningRateAt(ours, step), rate); });
    });
  }

  it('re-warms a decayed model from where its run ended, and decays again', () => {
    const first = makeSchedule({ kind: 'cosine', warmupSteps: 5, minimumFraction: 0.1 }, 2, 50);
    const again = makeSchedule({ kind: 'cosine', warmupSteps: 10, warmupFrom: 0.1, minimumFraction: 0.1 }, 2, 80);
    close(learningRateAt(again, 0), learningRateAt(first, 50));
    close(learningRateAt(again, 5), 2 * 0.55);
    close(learningRateAt(again, 10), 2);
    close(learningRateAt(again, 80), 0.2);
  });

  it('is never negative nor above its peak, and is at the peak after any warm-up', () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    const settings = fc.record({
      kind: fc.constantFrom('constant', 'cosine', 'linear', 'warmup-stable-decay'), warmupFraction: fraction, minimumFraction: fraction,
      warmupFrom: fc.option(fraction, { nil: undefined }), decayFraction: fraction, decayShape: fc.constantFrom('cosine', 'linear', '1-sqrt'),
    });
    fc.assert(fc.property(settings, fc.integer({ min: 1, max: 300 }), (chosen, totalSteps) => {
      const schedule = makeSchedule(chosen, 1, totalSteps);
      for (let step = 0; step <= totalSteps; step++) {
        const rate = learningRateAt(schedule, step);
        assert.ok(rate >= 0 && rate <= 1 + 1e-12, `${rate} at ${step}`);
      }
      if (schedule.warmupSteps < totalSteps) close(learningRateAt(schedule, schedule.warmupSteps), 1);
    }));
  });

  it('rounds a warm-up fraction up to whole steps, without being fooled by rounding', () => {
    const warmup = (fraction: number, steps: number) => makeSchedule({ kind: 'constant', warmupFraction: fraction, minimumFraction: 0 }, 1, steps).warmupSteps;
    assert.equal(warmup(0.01, 100), 1);
    assert.equal(warmup(0.01, 101), 2);
    assert.equal(warmup(0.07, 100), 7);
    assert.equal(warmup(0, 100), 0);
  });
});
