// AssemblyScript. Kernels over flat arrays: addition in place, scaling rows into others, squared sums.
import { addFloatsToDoubles, at, horizontalSumDouble } from './simd';

/** sum = x + y, n elements. */
export function add(x: usize, y: usize, sum: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(at(sum, i), f32x4.add(v128.load(at(x, i)), v128.load(at(y, i))));
  for (; i < n; i++) store<f32>(at(sum, i), load<f32>(at(x, i)) + load<f32>(at(y, i)));
}

/** y += x, n elements. */
export function addInPlace(y: usize, x: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(at(y, i), f32x4.add(v128.load(at(y, i)), v128.load(at(x, i))));
  for (; i < n; i++) store<f32>(at(y, i), load<f32>(at(y, i)) + load<f32>(at(x, i)));
}

/** y += factor · x, n elements. */
export function addScaled(y: usize, x: usize, factor: f32, n: i32): void {
  const factor4 = f32x4.splat(factor);
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(at(y, i), f32x4.add(v128.load(at(y, i)), f32x4.mul(factor4, v128.load(at(x, i)))));
  for (; i < n; i++) store<f32>(at(y, i), load<f32>(at(y, i)) + factor * load<f32>(at(x, i)));
}

/** Σ x², each square and the sum in double precision. */
export function sumOfSquares(x: usize, n: i32): f64 {
  let sum = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const value = v128.load(at(x, i));
    const low = f64x2.promote_low_f32x4(value);
    const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(value, value, 2, 3, 2, 3));
    sum = f64x2.add(sum, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
  }
  let total = horizontalSumDouble(sum);
  for (; i < n; i++) {
    const value = <f64>load<f32>(at(x, i));
    total += value * value;
  }
  return total;
}
