// Reading one row of logits: log-probabilities, the best tokens, and draws from the nucleus.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RandomStream } from '../../../../src/base/math/random';
import { greedyToken, logSumExp, sampleToken, topTokens } from '../../../../src/engine/inference/distribution';

const logits = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -50, max: 50 }), { minLength: 1, maxLength: 30 });

describe('a row of logits', () => {
  it('has probabilities that add up to one, without overflow', () => {
    fc.assert(fc.property(logits, fc.integer({ min: -10000, max: 10000 }), (row, shift) => {
      const shifted = row.map((logit) => logit + shift);
      const normaliser = logSumExp(shifted);
      const sum = shifted.reduce((total, logit) => total + Math.exp(logit - normaliser), 0);
      assert.ok(Math.abs(sum - 1) < 1e-9);
    }));
  });

  it('gives its best tokens in order, the first of equal ones first', () => {
    fc.assert(fc.property(logits, fc.integer({ min: 0, max: 35 }), (row, count) => {
      const normaliser = logSumExp(row);
      const expected = [...row.keys()].sort((a, b) => row[b]! - row[a]! || a - b).slice(0, count);
      assert.deepEqual(topTokens(row, count, normaliser).map(({ id }) => id), expected);
      if (count > 0) assert.equal(greedyToken(row), expected[0]);
    }));
    assert.equal(topTokens([0, 0], 1, Math.log(2))[0]!.logProbability, -Math.log(2));
  });

  it('is sampled in proportion to its probabilities', () => {
    const random = RandomStream.of(1, 'test');
    const counts = [0, 0, 0];
    for (let i = 0; i < 20_000; i++) counts[sampleToken([Math.log(0.5), Math.log(0.3), Math.log(0.2)], { temperature: 1, topP: 1 }, random)]! += 1;
    // Standard error of a share of 0.5 over 20,000 draws is 0.0035; the seed is fixed.
    [0.5, 0.3, 0.2].forEach((share, id) => { assert.ok(Math.abs(counts[id]! / 20_000 - share) < 0.015, counts.join()); });
  });

  it('is sharpened by a low temperature', () => {
    const random = RandomStream.of(2, 'test');
    let first = 0;
    for (let i = 0; i < 5000; i++) if (sampleToken([Math.log(0.6), Math.log(0.4)], { temperature: 0.5, topP: 1 }, random) === 0) first += 1;
    assert.ok(Math.abs(first / 5000 - 0.36 / 0.52) < 0.03, `${first}`);
  });

  it('never leaves the nucleus, the smallest set that reaches topP', () => {
    fc.assert(fc.property(logits, fc.float({ min: Math.fround(0.01), max: 1, noNaN: true }), fc.nat(), (row, topP, seed) => {
      const normaliser = logSumExp(row);
      const drawn = sampleToken(row, { temperature: 1, topP }, RandomStream.of(seed, 'test'));
      const probabilities = row.map((logit) => Math.exp(logit - normaliser));
      const order = [...row.keys()].sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
      const better = order.slice(0, order.indexOf(drawn)).reduce((sum, id) => sum + probabilities[id]!, 0);
      assert.ok(better < topP || drawn === order[0]);
    }));
  });

  it('is greedy at temperature zero, the first of equal tokens', () => {
    assert.equal(sampleToken([1, 3, 3, 2], { temperature: 0, topP: 1 }, RandomStream.of(1, 'test')), 1);
  });
});
