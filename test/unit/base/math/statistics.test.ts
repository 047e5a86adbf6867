// Statistics against scipy and statsmodels (test/reference/make_statistics.py) and against what must always hold.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { estimateMean, interaction, normalInterval, pairedDifference, wilsonInterval, type Interval } from '../../../../src/base/math/statistics';
import { bootstrapInterval, pairedBootstrapInterval } from '../../../../src/base/math/statistics-bootstrap';
import { calibrationOf, optionProbabilities } from '../../../../src/base/math/calibration';
import { compareSeeds } from '../../../../src/base/math/statistics-seeds';
import { holm, mcnemarExact } from '../../../../src/base/math/statistics-tests';
import { packageRoot } from '../../../../src/engine/parts/assets';

interface Reference {
  readonly scores: Readonly<Record<'a' | 'b' | 'c' | 'd', number[]>>;
  readonly mean: { value: number; standardError: number };
  readonly pairedDifference: { value: number; standardError: number };
  readonly interaction: { value: number; standardError: number };
  readonly wilson: readonly { successes: number; n: number; interval: Interval }[];
  readonly mcnemar: { p: number; onlyFirst: number; onlySecond: number };
  readonly mcnemarLarge: { p: number; onlyFirst: number; onlySecond: number };
  readonly holm: { p: number[]; adjusted: number[] };
  readonly bootstrap: { values: number[]; interval: Interval };
  readonly seeds: Readonly<Record<'first' | 'second', number[][]>> & Readonly<Record<'independent' | 'paired', { standardError: number; interval: Interval }>> & { readonly difference: number; readonly deviation: [number, number] };
  readonly calibration: { confidence: number[]; right: boolean[]; expectedError: number; counts: number[] };
}

const reference = JSON.parse(readFileSync(path.join(packageRoot, 'test/fixtures/evaluate/statistics.json'), 'utf8')) as Reference;
const { a, b, c, d } = reference.scores;

function close(actual: number | undefined, expected: number, tolerance = 1e-12): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= tolerance, `${String(actual)} is not ${expected}`);
}

describe('statistics', () => {
  it('gives scipy\'s mean and standard error', () => {
    const estimate = estimateMean(a);
    close(estimate.value, reference.mean.value);
    close(estimate.standardError, reference.mean.standardError);
    assert.equal(estimate.n, a.length);
  });

  it('has no standard error for one item', () => {
    assert.equal(estimateMean([1]).standardError, undefined);
    assert.equal(normalInterval(estimateMean([1])), undefined);
  });

  it('gives the paired difference and the interaction with their standard errors', () => {
    const difference = pairedDifference(a, b);
    close(difference.value, reference.pairedDifference.value);
    close(difference.standardError, reference.pairedDifference.standardError);
    const contrast = interaction(a, b, c, d);
    close(contrast.value, reference.interaction.value);
    close(contrast.standardError, reference.interaction.standardError);
  });

  it('refuses to pair scores that differ in number', () => {
    assert.throws(() => pairedDifference([1, 0], [1]), /differ in number/);
  });

  it('gives statsmodels\' Wilson intervals', () => {
    for (const { successes, n, interval } of reference.wilson) {
      const ours = wilsonInterval(successes, n);
      close(ours[0], interval[0]);
      close(ours[1], interval[1]);
    }
  });

  it('gives statsmodels\' exact McNemar p, also for counts whose probabilities underflow', () => {
    const result = mcnemarExact(a, b);
    assert.deepEqual([result.onlyFirst, result.onlySecond], [reference.mcnemar.onlyFirst, reference.mcnemar.onlySecond]);
    close(result.p, reference.mcnemar.p, 1e-10);
    const { onlyFirst, onlySecond, p } = reference.mcnemarLarge;
    const large = mcnemarExact(
      [...new Array<number>(onlyFirst).fill(1), ...new Array<number>(onlySecond).fill(0)],
      [...new Array<number>(onlyFirst).fill(0), ...new Array<number>(onlySecond).fill(1)],
    );
    close(large.p, p, 1e-9);
    assert.equal(mcnemarExact([1, 0], [1, 0]).p, 1);
  });

  it('gives statsmodels\' Holm adjustment', () => {
    holm(reference.holm.p).forEach((p, index) => { close(p, reference.holm.adjusted[index]!); });
    assert.deepEqual(holm([]), []);
  });

  it('bootstraps to the interval numpy finds with many resamples, and to the same one again', () => {
    const { values, interval } = reference.bootstrap;
    const ours = bootstrapInterval(values, { seed: 3 });
    close(ours[0], interval[0], 0.015);
    close(ours[1], interval[1], 0.015);
    assert.deepEqual(bootstrapInterval(values, { seed: 3 }), ours);
    assert.notDeepEqual(bootstrapInterval(values, { seed: 4 }), ours);
  });

  it('bootstraps a paired difference close to its normal interval', () => {
    const [low, high] = pairedBootstrapInterval(a, b, { seed: 1 });
    const normal = normalInterval(pairedDifference(a, b))!;
    close(low, normal[0], 0.02);
    close(high, normal[1], 0.02);
  });

  it('keeps its shape for any scores', () => {
    const bits = fc.array(fc.tuple(fc.nat(1), fc.nat(1)), { minLength: 2, maxLength: 60 });
    fc.assert(fc.property(bits, (pairs) => {
      const first = pairs.map(([x]) => x);
      const second = pairs.map(([, y]) => y);
      const forward = pairedDifference(first, second);
      const backward = pairedDifference(second, first);
      assert.ok(Math.abs(forward.value + backward.value) < 1e-12);
      assert.ok(Math.abs(forward.standardError! - backward.standardError!) < 1e-12);
      const { p } = mcnemarExact(first, second);
      assert.ok(p > 0 && p <= 1);
      const [low, high] = wilsonInterval(first.reduce((sum, x) => sum + x, 0), first.length);
      assert.ok(low >= 0 && high <= 1 && low < high);
    }));
  });

  it('compares methods over seeds and items as numpy resamples them', () => {
    const { first, second, difference, deviation } = reference.seeds;
    for (const isPaired of [false, true]) {
      const expected = reference.seeds[isPaired ? 'paired' : 'independent'];
      const compared = compareSeeds(first, second, { seed: 3, isPaired, resamples: 4000 });
      close(compared.difference, difference);
      close(compared.firstDeviation, deviation[0]);
      close(compared.secondDeviation, deviation[1]);
      close(compared.standardError, expected.standardError, 0.004);
      close(compared.interval[0], expected.interval[0], 0.012);
      close(compared.interval[1], expected.interval[1], 0.012);
      assert.ok(compared.p > 0.02 && compared.p < 0.3);
    }
    assert.equal(compareSeeds([[0, 0, 0, 0]], [[1, 1, 1, 1]], { seed: 1, resamples: 100 }).p, 0.01, 'never surer than the resamples');
    assert.throws(() => compareSeeds([[1]], [[1], [0]], { seed: 1, isPaired: true }), RangeError);
  });

  it('gives the calibration error of numpy, and probabilities that sum to one', () => {
    const { confidence, right, expectedError, counts } = reference.calibration;
    const calibration = calibrationOf(confidence.map((value, place) => ({ confidence: value, isRight: right[place]! })))!;
    close(calibration.expectedError, expectedError);
    assert.deepEqual(calibration.bins.map(({ n }) => n), counts);
    assert.equal(calibrationOf([]), undefined);
    close(optionProbabilities([-1000, -1001])[0], 1 / (1 + Math.exp(-1)));
    assert.deepEqual(optionProbabilities([-Infinity, -Infinity]), [0.5, 0.5]);
  });
});
