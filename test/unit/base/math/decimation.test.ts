// Decimation keeps spikes and order.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decimateMinMax, lowerBound, nearestIndex } from '../../../../src/base/math/decimation';

describe('min/max decimation', () => {
  it('keeps every point while there are few', () => {
    const kept = decimateMinMax([0, 1, 2, 3], [5, 6, 7, 8], { from: 0, to: 3, buckets: 10 });
    assert.deepEqual([...kept.indices], [0, 1, 2, 3]);
    assert.equal(kept.reduced, false);
  });

  it('keeps one neighbour beyond each edge, so that lines run on', () => {
    const kept = decimateMinMax([0, 1, 2, 3, 4, 5], [0, 0, 0, 0, 0, 0], { from: 1.5, to: 3.5, buckets: 10 });
    assert.deepEqual([...kept.indices], [1, 2, 3, 4]);
  });

  it('keeps the lowest and highest points, in order, and no more than two a bucket', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 60, maxLength: 400 }), (y) => {
      const x = y.map((_, i) => i);
      const { indices, low, high } = decimateMinMax(x, y, { from: 0, to: y.length - 1, buckets: 10 });
      const values = [...indices].map((index) => y[index]!);
      assert.equal(Math.max(...values), Math.max(...y));
      assert.equal(Math.min(...values), Math.min(...y));
      assert.ok(indices.length <= 22);
      assert.ok(indices.every((index, i) => i === 0 || index > indices[i - 1]!));
      assert.ok(values.every((value, i) => low[i]! <= value && value <= high[i]!));
    }));
  });

  it('makes a gap of a bucket of nothing but NaN, and passes NaN over elsewhere', () => {
    const y = Array.from({ length: 100 }, (_, i) => (i >= 40 && i < 60 ? Number.NaN : i % 7 === 0 ? Number.NaN : i));
    const { indices } = decimateMinMax(y.map((_, i) => i), y, { from: 0, to: 99, buckets: 10 });
    const gaps = [...indices].filter((index) => Number.isNaN(y[index]!));
    assert.ok(gaps.length > 0 && gaps.every((index) => index >= 40 && index < 60));
  });
});

describe('looking places up', () => {
  it('finds the first at least as large, and the nearest', () => {
    assert.equal(lowerBound([1, 2, 2, 5], 2), 1);
    assert.equal(lowerBound([1, 2], 9), 2);
    assert.equal(nearestIndex([], 3), -1);
    assert.deepEqual([0, 2.9, 3.1, 9].map((value) => nearestIndex([1, 5], value)), [0, 0, 1, 1]);
  });
});
