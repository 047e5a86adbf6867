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

/**
 * y [n] = Σ factors[row] · x[row] over the rows from … end in their order; rows of x lie `stride` elements apart. Sums stay in
 * registers, 32 columns at a time: what `addScaled` gives row by row, to the bit.
 */
export function sumOfScaledRows(factors: usize, x: usize, stride: i32, from: i32, end: i32, y: usize, n: i32): void {
  const step = <usize>stride << 2;
  let column = 0;
  for (; column + 32 <= n; column += 32) {
    let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
    let s4 = f32x4.splat(0), s5 = f32x4.splat(0), s6 = f32x4.splat(0), s7 = f32x4.splat(0);
    let to = at(x, from * stride + column);
    for (let row = from; row < end; row++, to += step) {
      const factor = v128.load32_splat(at(factors, row));
      s0 = f32x4.add(s0, f32x4.mul(factor, v128.load(to)));
      s1 = f32x4.add(s1, f32x4.mul(factor, v128.load(to, 16)));
      s2 = f32x4.add(s2, f32x4.mul(factor, v128.load(to, 32)));
      s3 = f32x4.add(s3, f32x4.mul(factor, v128.load(to, 48)));
      s4 = f32x4.add(s4, f32x4.mul(factor, v128.load(to, 64)));
      s5 = f32x4.add(s5, f32x4.mul(factor, v128.load(to, 80)));
      s6 = f32x4.add(s6, f32x4.mul(factor, v128.load(to, 96)));
      s7 = f32x4.add(s7, f32x4.mul(factor, v128.load(to, 112)));
    }
    const sum = at(y, column);
    v128.store(sum, s0); v128.store(sum, s1, 16); v128.store(sum, s2, 32); v128.store(sum, s3, 48);
    v128.store(sum, s4, 64); v128.store(sum, s5, 80); v128.store(sum, s6, 96); v128.store(sum, s7, 112);
  }
  if (column === n) return;
  memory.fill(at(y, column), 0, <usize>(n - column) << 2);
  for (let row = from; row < end; row++) addScaled(at(y, column), at(x, row * stride + column), load<f32>(at(factors, row)), n - column);
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
