// Smoothing over the x axis.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { smoothTimeWeighted } from '../../../../src/base/math/smoothing';

describe('time-weighted smoothing', () => {
  it('leaves the line as it is at 0', () => {
    assert.deepEqual([...smoothTimeWeighted([0, 1, 2], [3, 1, 2], 0, 2)], [3, 1, 2]);
  });

  it('weighs an earlier point by its distance on the axis, with the start corrected', () => {
    // range 1000: one unit of x is one unit of the formula; w = √0.25 = 0.5.
    const smoothed = smoothTimeWeighted([0, 1, 3], [8, 4, 2], 0.25, 1000);
    assert.deepEqual([...smoothed], [8, (8 * 0.5 + 4) / 1.5, ((8 * 0.5 + 4) * 0.25 + 2) / (1.5 * 0.25 + 1)]);
  });

  it('gives the same where points are logged twice as densely but say the same', () => {
    const sparse = smoothTimeWeighted([0, 500, 1000], [1, 1, 1], 0.9, 1000);
    const dense = smoothTimeWeighted([0, 250, 500, 750, 1000], [1, 1, 1, 1, 1], 0.9, 1000);
    assert.ok(Math.abs(sparse[2]! - dense[4]!) < 1e-12);
  });

  it('keeps what is not finite in its place and lets it bend nothing', () => {
    const smoothed = smoothTimeWeighted([0, 1, 2], [2, Number.NaN, 2], 0.5, 2);
    assert.deepEqual([...smoothed], [2, Number.NaN, 2]);
  });

  it('stays between the lowest and the highest value', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 50 }), fc.double({ min: 0, max: 1, noNaN: true }), (y, amount) => {
      const smoothed = smoothTimeWeighted(y.map((_, i) => i * i), y, amount, 2500);
      assert.ok(smoothed.every((value) => value >= Math.min(...y) - 1e-9 && value <= Math.max(...y) + 1e-9));
    }));
  });
});
