import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RandomStream } from '../../../src/base/math/random';

describe('RandomStream', () => {
  it('repeats itself from a seed and a saved state', () => {
    fc.assert(fc.property(fc.nat(), fc.string(), fc.nat(50), (seed, name, skip) => {
      const one = RandomStream.of(seed, name);
      const two = RandomStream.of(seed, name);
      for (let i = 0; i < skip; i++) assert.equal(one.uint32(), two.uint32());
      const resumed = RandomStream.fromState(one.state());
      for (let i = 0; i < 20; i++) assert.equal(resumed.uint32(), two.uint32());
    }));
  });

  it('gives different streams to different purposes of one seed', () => {
    assert.notEqual(RandomStream.of(1, 'order').uint32(), RandomStream.of(1, 'noise').uint32());
  });

  it('is uniform: mean and variance within five standard errors', () => {
    const stream = RandomStream.of(7, 'uniform');
    const n = 100_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const x = stream.uniform();
      sum += x;
      squares += (x - 0.5) ** 2;
    }
    assert.ok(Math.abs(sum / n - 0.5) < 5 * Math.sqrt(1 / 12 / n));
    assert.ok(Math.abs(squares / n - 1 / 12) < 5 * Math.sqrt(1 / 180 / n));
  });

  it('keeps integers below their bound and permutes without loss', () => {
    fc.assert(fc.property(fc.nat(), fc.integer({ min: 1, max: 1000 }), (seed, bound) => {
      const stream = RandomStream.of(seed, 'x');
      assert.ok(stream.integer(bound) < bound);
      const items = Array.from({ length: bound % 50 }, (_, i) => i);
      assert.deepEqual(stream.shuffled(items).sort((a, b) => a - b), items);
    }));
  });
});
