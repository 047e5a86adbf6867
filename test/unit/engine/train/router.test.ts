// What is said of the loads of experts, and how micro-batches join.
import assert from 'node:assert/strict';
import { joinRouting, measureLoads, routerJitter } from '../../../../src/engine/train/router';

describe('loads of experts', () => {
  it('are 1 / E and entropy 1 when even, 1 and 0 when one expert has all; the worst layer counts', () => {
    assert.deepEqual(measureLoads([[3, 3, 3, 3]]), { largestShare: 0.25, smallestEntropy: 1 });
    assert.deepEqual(measureLoads([[5, 5], [10, 0]]), { largestShare: 1, smallestEntropy: 0 });
    assert.deepEqual(measureLoads([[7]]), { largestShare: 1, smallestEntropy: 1 });
  });

  it('of micro-batches add up, and their balance losses by the weights given', () => {
    const joined = joinRouting([
      { routing: { balanceLoss: 2, loads_LE: [[1, 3], [2, 2]] }, weight: 0.25 },
      { routing: { balanceLoss: 4, loads_LE: [[5, 1], [0, 6]] }, weight: 0.75 },
    ]);
    assert.deepEqual(joined, { balanceLoss: 3.5, loads_LE: [[6, 4], [2, 8]] });
    assert.equal(joinRouting([{ routing: undefined, weight: 1 }]), undefined);
  });
});

describe('router jitter', () => {
  const experts = { count: 2, perToken: 1, balanceLossWeight: 0, routerJitter: 0.25 };

  it('is uniform around one, of a stream of its own for each layer', () => {
    const draw = routerJitter(experts, { seed: 3, name: '5/0' })!;
    const [first, second] = [draw(0, 4000), draw(1, 4000)];
    assert.ok(first.every((value) => value >= 0.75 && value < 1.25));
    // Five standard errors of the mean of U(0.75, 1.25), whose deviation is 0.5 / √12.
    assert.ok(Math.abs(first.reduce((sum, value) => sum + value, 0) / 4000 - 1) < 5 * (0.5 / Math.sqrt(12 * 4000)));
    assert.notDeepEqual(first, second);
    assert.deepEqual(draw(0, 4000), first);
  });

  it('is not drawn at all without any', () => {
    assert.equal(routerJitter({ ...experts, routerJitter: 0 }, { seed: 3, name: '5/0' }), undefined);
  });
});
