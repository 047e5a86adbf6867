// Tests of significance for paired right-or-wrong scores, and a correction for making several of them.

export interface McNemarResult {
  /** Items only the first got right. */
  readonly onlyFirst: number;
  /** Items only the second got right. */
  readonly onlySecond: number;
  /** Exact two-sided p: the probability of a split at least this uneven when both are equally likely. */
  readonly p: number;
}

/** Exact McNemar test (binomial with one half over the items on which the two differ). Scores are 0 or 1. */
export function mcnemarExact(a: ArrayLike<number>, b: ArrayLike<number>): McNemarResult {
  if (a.length !== b.length) throw new RangeError(`Paired scores differ in number: ${a.length} and ${b.length}.`);
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i]! > b[i]!) onlyFirst += 1;
    else if (a[i]! < b[i]!) onlySecond += 1;
  }
  const discordant = onlyFirst + onlySecond;
  const p = discordant === 0 ? 1 : Math.min(1, 2 * binomialHalfTail(Math.min(onlyFirst, onlySecond), discordant));
  return { onlyFirst, onlySecond, p };
}

/** P(X ≤ k) for X ~ Binomial(n, 1/2), summed in logarithms so that large n do not underflow. */
function binomialHalfTail(k: number, n: number): number {
  let logChoose = 0;
  let tail = 0;
  for (let i = 0; i <= k; i++) {
    tail += Math.exp(logChoose - n * Math.LN2);
    logChoose += Math.log(n - i) - Math.log(i + 1);
  }
  return tail;
}

/** Holm's step-down adjusted p-values (Holm 1979), in the order given. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((i, j) => pValues[i]! - pValues[j]!);
  const adjusted = new Array<number>(pValues.length);
  let running = 0;
  order.forEach((index, rank) => {
    running = Math.max(running, Math.min(1, (pValues.length - rank) * pValues[index]!));
    adjusted[index] = running;
  });
  return adjusted;
}
