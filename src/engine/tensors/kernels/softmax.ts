// AssemblyScript. One row of attention: softmax over the visible keys and its gradient. Keys outside become zeros, so
// that products over whole bands may read them.
import { at, exp1, exp4, horizontalMax, horizontalSum } from './simd';

function fillZeros(row: usize, from: i32, to: i32): void {
  if (to > from) memory.fill(at(row, from), 0, <usize>(to - from) << 2);
}

function largest(row: usize, first: i32, end: i32): f32 {
  let best4 = f32x4.splat(-Infinity);
  let j = first;
  for (; j + 4 <= end; j += 4) best4 = f32x4.max(best4, v128.load(at(row, j)));
  let best = horizontalMax(best4);
  for (; j < end; j++) best = max(best, load<f32>(at(row, j)));
  return best;
}

/** `row` becomes softmax(scale · row) over first ≤ key < end, zero elsewhere up to `filled`. An empty range gives zeros. */
export function softmaxRow(row: usize, first: i32, end: i32, filled: i32, scale: f32): void {
  fillZeros(row, 0, min(first, filled));
  fillZeros(row, max(end, 0), filled);
  if (first >= end) return;
  const shift = largest(row, first, end);
  const shift4 = f32x4.splat(shift), scale4 = f32x4.splat(scale);
  let sum4 = f32x4.splat(0);
  let j = first;
  for (; j + 4 <= end; j += 4) {
    const value = exp4(f32x4.mul(f32x4.sub(v128.load(at(row, j)), shift4), scale4));
    sum4 = f32x4.add(sum4, value);
    v128.store(at(row, j), value);
  }
  let sum = horizontalSum(sum4);
  for (; j < end; j++) {
    const value = exp1((load<f32>(at(row, j)) - shift) * scale);
    sum += value;
    store<f32>(at(row, j), value);
  }
  const inverse = <f32>1 / sum;
  const inverse4 = f32x4.splat(inverse);
  for (j = first; j + 4 <= end; j += 4) v128.store(at(row, j), f32x4.mul(v128.load(at(row, j)), inverse4));
  for (; j < end; j++) store<f32>(at(row, j), load<f32>(at(row, j)) * inverse);
}

/** dRow, holding the gradient by the probabilities p, becomes the gradient by the scores: scale · p · (dRow − Σ p·dRow), zero as `softmaxRow` is. */
export function softmaxRowGradient(p: usize, dRow: usize, first: i32, end: i32, filled: i32, scale: f32): void {
  fillZeros(dRow, 0, min(first, filled));
  fillZeros(dRow, max(end, 0), filled);
  let sum4 = f32x4.splat(0);
  let j = first;
  for (; j + 4 <= end; j += 4) sum4 = f32x4.add(sum4, f32x4.mul(v128.load(at(p, j)), v128.load(at(dRow, j))));
  let sum = horizontalSum(sum4);
  for (; j < end; j++) sum += load<f32>(at(p, j)) * load<f32>(at(dRow, j));
  const mean4 = f32x4.splat(sum), scale4 = f32x4.splat(scale);
  for (j = first; j + 4 <= end; j += 4) {
    const centred = f32x4.sub(v128.load(at(dRow, j)), mean4);
    v128.store(at(dRow, j), f32x4.mul(f32x4.mul(v128.load(at(p, j)), centred), scale4));
  }
  for (; j < end; j++) store<f32>(at(dRow, j), load<f32>(at(p, j)) * (load<f32>(at(dRow, j)) - sum) * scale);
}
