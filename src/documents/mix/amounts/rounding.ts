// Shares of a whole in whole numbers.

/** Whole numbers that sum to `total` and are closest to its shares; of equal remainders the earlier gets the unit. */
export function largestRemainder(shares: readonly number[], total: number): number[] {
  const exact = shares.map((share) => share * total);
  const rounded = exact.map(Math.floor);
  const missing = total - rounded.reduce((sum, value) => sum + value, 0);
  const order = exact.map((_, index) => index).sort((a, b) => (exact[b]! - rounded[b]!) - (exact[a]! - rounded[a]!) || a - b);
  for (let i = 0; i < missing; i++) rounded[order[i % order.length]!]! += 1;
  return rounded;
}

/** Smallest step of a share that the form sets. */
export const shareUnit = 1e-4;

/**
 * Shares with the one at `index` set to `share` (0 to 1) and the others scaled so that all sum to 1, in steps of `shareUnit`.
 * Others that were all 0 get equal parts.
 */
export function rebalanced(shares: readonly number[], index: number, share: number): number[] {
  const units = Math.round(1 / shareUnit);
  if (shares.length === 1) return [1];
  const own = Math.min(units, Math.max(0, Math.round(share * units)));
  const others = shares.map((one, at) => (at === index ? 0 : Math.max(0, one)));
  const sum = others.reduce((a, b) => a + b, 0);
  const weights = others.map((one, at) => (at === index ? 0 : sum > 0 ? one / sum : 1 / (shares.length - 1)));
  const rest = largestRemainder(weights.filter((_, at) => at !== index), units - own);
  return shares.map((_, at) => (at === index ? own : rest[at < index ? at : at - 1]!) / units);
}

/** Shares scaled so that they sum to 1, in steps of `shareUnit`. */
export function summingToOne(shares: readonly number[]): number[] {
  const units = Math.round(1 / shareUnit);
  const sum = shares.reduce((a, b) => a + Math.max(0, b), 0);
  return largestRemainder(shares.map((share) => (sum > 0 ? Math.max(0, share) / sum : 1 / shares.length)), units).map((count) => count / units);
}
