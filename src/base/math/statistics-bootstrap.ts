// Percentile bootstrap over items: resamples items with replacement, keeping the scores of one item together.
import { RandomStream } from './random';
import { itemDifferences, type Interval } from './statistics';

export interface BootstrapSettings {
  readonly seed: number;
  readonly resamples?: number;
  /** Coverage, 0 … 1. */
  readonly level?: number;
}

/** Interval of the mean of values, by the percentile method with linear interpolation (numpy's default quantile). */
export function bootstrapInterval(values: ArrayLike<number>, settings: BootstrapSettings): Interval {
  const { seed, resamples = 10_000, level = 0.95 } = settings;
  if (values.length === 0) throw new RangeError('Bootstrap of no values.');
  const random = RandomStream.of(seed, 'bootstrap');
  const means = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[random.integer(values.length)]!;
    means[r] = sum / values.length;
  }
  means.sort();
  return [quantileOfSorted(means, (1 - level) / 2), quantileOfSorted(means, (1 + level) / 2)];
}

/** Interval of the mean of a − b over the same items. */
export function pairedBootstrapInterval(a: ArrayLike<number>, b: ArrayLike<number>, settings: BootstrapSettings): Interval {
  return bootstrapInterval(itemDifferences(a, b), settings);
}

function quantileOfSorted(sorted: Float64Array, fraction: number): number {
  const position = fraction * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}
