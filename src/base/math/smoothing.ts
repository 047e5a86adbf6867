// Time-weighted exponential moving average: a point counts by how far it lies back on the x axis, not by how many points
// lie between, so that uneven logging does not bend the line. As Weights & Biases defines it, with start-up correction.

/** The whole x axis is cut into this many units; a point one unit back keeps `weight` of its say. */
const unitsOfAxis = 1000;
const largestWeight = 0.999;

/**
 * s_i = Σ_{j≤i} w^{1000·(x_i − x_j)/range} · y_j / Σ_{j≤i} w^{1000·(x_i − x_j)/range}, where w = min(√amount, 0.999).
 *
 * @param x in ascending order. @param amount 0 (the line as it is) to 1. @param range length of the x axis of the chart,
 * which the amount is relative to. A y that is not finite stays as it is and takes no part.
 */
export function smoothTimeWeighted(x: ArrayLike<number>, y: ArrayLike<number>, amount: number, range: number): Float64Array {
  const smoothed = Float64Array.from(y);
  if (amount <= 0 || !(range > 0)) return smoothed;
  const weight = Math.min(Math.sqrt(amount), largestWeight);
  let sum = 0;
  let sumOfWeights = 0;
  let lastX = x[0] ?? 0;
  for (let i = 0; i < y.length; i += 1) {
    const value = y[i]!;
    if (!Number.isFinite(value)) continue;
    const kept = weight ** (((x[i]! - lastX) / range) * unitsOfAxis);
    lastX = x[i]!;
    sum = sum * kept + value;
    sumOfWeights = sumOfWeights * kept + 1;
    smoothed[i] = sum / sumOfWeights;
  }
  return smoothed;
}
