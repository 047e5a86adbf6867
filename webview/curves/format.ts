// Numbers as the panel writes them.
import { formatDuration } from '../../src/base/time/duration';
import type { XAxis } from './settings';

/** Four significant digits; very small and very large values with an exponent. Non-finite ones by name. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(2).replace('e+', 'e');
  return size >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(4)));
}

/** A place on the x axis in full, for legends and tables. */
export function formatX(value: number, axis: XAxis): string {
  if (axis !== 'elapsedMs') return Math.round(value).toLocaleString('en').replaceAll(',', '\u202f');
  return value < 10_000 ? `${Number((value / 1000).toFixed(2))} s` : formatDuration(value);
}

/** A tick of the x axis, short: `1.2M`, `40k`, `3 min 20 s`. */
export function formatTick(value: number, axis: XAxis): string {
  if (axis === 'elapsedMs') return formatX(value, axis);
  if (Math.abs(value) >= 1e6) return `${Number((value / 1e6).toPrecision(4))}M`;
  return Math.abs(value) >= 1e4 ? `${Number((value / 1e3).toPrecision(4))}k` : String(value);
}

const minuteMs = 60_000;
/** Distances between ticks of a time axis, in milliseconds. */
export const timeSteps: readonly number[] = [
  10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000,
  ...[1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1_440, 2_880, 7_200, 14_400, 43_200].map((minutes) => minutes * minuteMs),
];
