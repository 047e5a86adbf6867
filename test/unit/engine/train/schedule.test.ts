import assert from 'node:assert/strict';
import { learningRateAt, makeSchedule } from '../../../../src/engine/train/schedule';

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

  it('rounds a warm-up fraction up to whole steps, without being fooled by rounding', () => {
    const warmup = (fraction: number, steps: number) => makeSchedule({ kind: 'constant', warmupFraction: fraction, minimumFraction: 0 }, 1, steps).warmupSteps;
    assert.equal(warmup(0.01, 100), 1);
    assert.equal(warmup(0.01, 101), 2);
    assert.equal(warmup(0.07, 100), 7);
    assert.equal(warmup(0, 100), 0);
  });
});
