// Fewer points to draw without losing a spike: each bucket of the x axis keeps its lowest and its highest point.

/** Points to draw, in order, and between which values the points of their bucket lie. */
export interface Decimated {
  /** Places in the data that was given. */
  readonly indices: Int32Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Whether points were left out. */
  readonly reduced: boolean;
}

/** First place whose x is at least `value`; x ascends. */
export function lowerBound(x: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Place of the x nearest to `value`, −1 when there is none. */
export function nearestIndex(x: ArrayLike<number>, value: number): number {
  const after = lowerBound(x, value);
  if (after === 0) return x.length === 0 ? -1 : 0;
  if (after === x.length) return after - 1;
  return value - x[after - 1]! <= x[after]! - value ? after - 1 : after;
}

/**
 * Points of x in [from, to], with one neighbour on each side so that lines run on to the edge. When there are more than
 * two a bucket, each bucket keeps its lowest and highest finite y; one of nothing but NaN keeps its first, as a gap.
 */
export function decimateMinMax(x: ArrayLike<number>, y: ArrayLike<number>, view: { readonly from: number; readonly to: number; readonly buckets: number }): Decimated {
  const first = Math.max(0, lowerBound(x, view.from) - 1);
  let end = lowerBound(x, view.to);
  while (end < x.length && x[end] === view.to) end += 1;
  const last = Math.min(x.length, end + 1);
  if (last - first <= 2 * view.buckets + 2) return all(y, first, last);

  const width = (view.to - view.from) / view.buckets;
  const indices: number[] = [];
  const low: number[] = [];
  const high: number[] = [];
  const keep = (index: number, lowest: number, highest: number): void => {
    indices.push(index);
    low.push(lowest);
    high.push(highest);
  };
  for (let start = first; start < last;) {
    const bucket = Math.floor((x[start]! - view.from) / width);
    let lowest = -1;
    let highest = -1;
    let i = start;
    for (; i < last && Math.floor((x[i]! - view.from) / width) === bucket; i += 1) {
      if (!Number.isFinite(y[i])) continue;
      if (lowest < 0 || y[i]! < y[lowest]!) lowest = i;
      if (highest < 0 || y[i]! > y[highest]!) highest = i;
    }
    if (lowest < 0) keep(start, Number.NaN, Number.NaN);
    else {
      keep(Math.min(lowest, highest), y[lowest]!, y[highest]!);
      if (lowest !== highest) keep(Math.max(lowest, highest), y[lowest]!, y[highest]!);
    }
    start = i;
  }
  return { indices: Int32Array.from(indices), low: Float64Array.from(low), high: Float64Array.from(high), reduced: true };
}

function all(y: ArrayLike<number>, first: number, last: number): Decimated {
  const values = Float64Array.from({ length: last - first }, (_, i) => y[first + i]!);
  return { indices: Int32Array.from(values, (_, i) => first + i), low: values, high: values, reduced: false };
}
