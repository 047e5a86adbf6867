/** Place of the largest value; the first of several, as numpy's argmax. */
export function firstMaximum(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
