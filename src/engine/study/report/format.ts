// Numbers as a reader sees them, in the terminal and on the page alike: accuracies in per cent, differences in points.
import type { Interval } from '../../../base/math/statistics';
import type { CellScore, Difference } from './model';

const minus = '−';

function fixed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? minus + text : text;
}

/** 0.4567 → `45.7`. */
export function percent(value: number): string {
  return fixed(value * 100, 1);
}

/** 0.0321 → `+3.2`. */
export function points(value: number): string {
  const text = fixed(value * 100, 1);
  return text.startsWith(minus) || Number(text) === 0 ? text : `+${text}`;
}

export function number(value: number, digits = 3): string {
  return fixed(value, digits);
}

/** `45.7 ± 1.2`: value and one standard error. */
export function withError({ estimate }: Difference): string {
  return percent(estimate.value) + (estimate.standardError === undefined ? '' : ` ± ${percent(estimate.standardError)}`);
}

/** `+3.2 ± 1.2`. */
export function pointsWithError({ estimate }: Difference): string {
  return points(estimate.value) + (estimate.standardError === undefined ? '' : ` ± ${percent(estimate.standardError)}`);
}

/** `41.0 … 50.3`. */
export function intervalText(interval: Interval | undefined, show: (value: number) => string = percent): string {
  return interval === undefined ? '' : `${show(interval[0])} … ${show(interval[1])}`;
}

export function pValue(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** 1234567 → `1.23 M`. */
export function count(value: number): string {
  if (value < 10_000) return String(value);
  if (value < 1_000_000) return `${(value / 1000).toPrecision(3)} k`;
  return `${(value / 1_000_000).toPrecision(3)} M`;
}

/** `4 seeds ± 1.2`: standard deviation from seed to seed. */
export function seedsText({ count, deviation }: NonNullable<CellScore['seeds']>): string {
  return `${count} seeds ± ${percent(deviation)}`;
}

/** As `withError`, and over how many seeds. */
export function scoreWithSeeds(score: CellScore): string {
  return withError(score) + (score.seeds ? ` (${seedsText(score.seeds)})` : '');
}

/** Seeds on each side of a comparison; one seed is a single run. */
export function seedsWords(seeds: readonly [number, number] | undefined): string {
  return seeds ? `${seeds[0]} and ${seeds[1]} seeds × questions` : 'a single run each';
}
