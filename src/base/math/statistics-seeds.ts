// Two methods, each trained with several seeds and asked the same questions. What hangs on the seed and what hangs on the
// questions both count: seeds and questions are resampled together (a crossed percentile bootstrap).
import { RandomStream } from './random';
import { mean, sampleStandardDeviation, type Interval } from './statistics';

export interface SeedsComparison {
  readonly items: number;
  readonly firstSeeds: number;
  readonly secondSeeds: number;
  readonly first: number;
  readonly second: number;
  /** Standard deviation of a side's mean from seed to seed; undefined for one seed. */
  readonly firstDeviation: number | undefined;
  readonly secondDeviation: number | undefined;
  /** second − first. */
  readonly difference: number;
  /** Standard deviation of the resampled differences. */
  readonly standardError: number;
  /** 95 %. */
  readonly interval: Interval;
  /** Two-sided: twice the share of resampled differences on the other side of zero, at least one in the number of resamples. */
  readonly p: number;
  /** Seeds were resampled in pairs. */
  readonly isPaired: boolean;
}

export interface SeedsSettings {
  readonly seed: number;
  /** The k-th seed of one side belongs to the k-th of the other, as when both start from the same base. */
  readonly isPaired?: boolean;
  readonly resamples?: number;
}

/** @param first scores by seed, then item; `second` is of the same items. */
export function compareSeeds(first: readonly ArrayLike<number>[], second: readonly ArrayLike<number>[], { seed, isPaired = false, resamples = 10_000 }: SeedsSettings): SeedsComparison {
  const items = first[0]?.length ?? 0;
  if (items === 0 || second.length === 0 || [...first, ...second].some((scores) => scores.length !== items)) throw new RangeError('Every seed needs a score of every item.');
  if (isPaired && first.length !== second.length) throw new RangeError(`Paired seeds differ in number: ${first.length} and ${second.length}.`);
  const random = RandomStream.of(seed, 'seeds-bootstrap');
  const draw = (count: number): number[] => Array.from({ length: count }, () => random.integer(count));
  const drawn = new Uint32Array(items);
  const differences = Float64Array.from({ length: resamples }, () => {
    for (let i = 0; i < items; i++) drawn[i] = random.integer(items);
    const ofFirst = draw(first.length);
    const ofSecond = isPaired ? ofFirst : draw(second.length);
    return meanOf(second, ofSecond, drawn) - meanOf(first, ofFirst, drawn);
  });
  const sorted = differences.toSorted();
  const means = [first, second].map((side) => side.map((scores) => mean(scores)));
  const beyond = Math.min(sorted.filter((value) => value <= 0).length, sorted.filter((value) => value >= 0).length);
  const [a, b] = [mean(means[0]!), mean(means[1]!)];
  return {
    items, firstSeeds: first.length, secondSeeds: second.length, first: a, second: b, difference: b - a,
    firstDeviation: sampleStandardDeviation(means[0]!), secondDeviation: sampleStandardDeviation(means[1]!),
    standardError: sampleStandardDeviation(differences) ?? 0, interval: [quantile(sorted, 0.025), quantile(sorted, 0.975)],
    p: Math.min(1, Math.max(2 * beyond, 1) / resamples), isPaired,
  };
}

function meanOf(side: readonly ArrayLike<number>[], seeds: readonly number[], items: Uint32Array): number {
  let sum = 0;
  for (const seed of seeds) {
    const scores = side[seed]!;
    for (let i = 0; i < items.length; i++) sum += scores[items[i]!]!;
  }
  return sum / (seeds.length * items.length);
}

function quantile(sorted: Float64Array, fraction: number): number {
  const position = fraction * (sorted.length - 1);
  const below = Math.floor(position);
  return sorted[below]! + (position - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - sorted[below]!);
}
