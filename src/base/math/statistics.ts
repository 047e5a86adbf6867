// Means, standard errors and intervals of scores over items. Everything is closed form, as in lm-evaluation-harness
// (mean_stderr: sample standard deviation over the square root of n); resampling is in statistics-bootstrap.ts,
// tests of significance are in statistics-tests.ts.

/** A mean over `n` items. The standard error is undefined for fewer than two items. */
export interface Estimate {
  readonly value: number;
  readonly standardError: number | undefined;
  readonly n: number;
}

export type Interval = readonly [low: number, high: number];

/** Two-sided 95 % point of the standard normal. */
export const z95 = 1.959963984540054;

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Standard deviation with n − 1 in the denominator; undefined for fewer than two values. */
export function sampleStandardDeviation(values: ArrayLike<number>): number | undefined {
  if (values.length < 2) return undefined;
  const centre = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - centre) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** Mean of the values with the standard error of that mean. */
export function estimateMean(values: ArrayLike<number>): Estimate {
  const deviation = sampleStandardDeviation(values);
  return {
    value: mean(values),
    standardError: deviation === undefined ? undefined : deviation / Math.sqrt(values.length),
    n: values.length,
  };
}

/** Normal 95 % interval of an estimate; undefined without a standard error. */
export function normalInterval(estimate: Estimate): Interval | undefined {
  if (estimate.standardError === undefined) return undefined;
  const half = z95 * estimate.standardError;
  return [estimate.value - half, estimate.value + half];
}

/**
 * Wilson score interval of a proportion (Wilson 1927). Unlike the normal interval it stays inside 0 … 1 and has a
 * width at 0 % and 100 %.
 */
export function wilsonInterval(successes: number, n: number, z = z95): Interval {
  if (n === 0) return [0, 1];
  const proportion = successes / n;
  const shrink = 1 + (z * z) / n;
  const centre = (proportion + (z * z) / (2 * n)) / shrink;
  const half = (z / shrink) * Math.sqrt((proportion * (1 - proportion)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** a − b over the same items: the mean of the item differences and its standard error. */
export function pairedDifference(a: ArrayLike<number>, b: ArrayLike<number>): Estimate {
  return estimateMean(itemDifferences(a, b));
}

/** (a − b) − (c − d) over the same items, such as (CPT+IFT − CPT) − (IFT − base). */
export function interaction(a: ArrayLike<number>, b: ArrayLike<number>, c: ArrayLike<number>, d: ArrayLike<number>): Estimate {
  return estimateMean(itemDifferences(itemDifferences(a, b), itemDifferences(c, d)));
}

export function itemDifferences(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  if (a.length !== b.length) throw new RangeError(`Paired scores differ in number: ${a.length} and ${b.length}.`);
  return Float64Array.from(a, (value, index) => value - b[index]!);
}
