// AssemblyScript. A few rows times a transposed weight, as generation needs it: dot products along rows of the weight
// where they lie, since packing the weight would cost more than the product.
import { at, horizontalSum } from './simd';

/** Sums of the four lanes of each of four vectors, as one vector. */
// @ts-ignore: decorator
@inline
function sumLanes(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** Dot product of two contiguous vectors. */
export function dot(x: usize, y: usize, length: i32): f32 {
  let sum = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= length; i += 4) sum = f32x4.add(sum, f32x4.mul(v128.load(at(x, i)), v128.load(at(y, i))));
  let total = horizontalSum(sum);
  for (; i < length; i++) total += load<f32>(at(x, i)) * load<f32>(at(y, i));
  return total;
}

/** y [o] = dot of x with each of `rows` rows of w, `stride` elements apart. */
export function multiplyRows(x: usize, w: usize, stride: i32, y: usize, rows: i32, length: i32): void {
  const body = length & ~3;
  let o = 0;
  for (; o + 4 <= rows; o += 4) {
    const w0 = at(w, o * stride), w1 = at(w0, stride), w2 = at(w1, stride), w3 = at(w2, stride);
    let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
    for (let i = 0; i < body; i += 4) {
      const value = v128.load(at(x, i));
      s0 = f32x4.add(s0, f32x4.mul(value, v128.load(at(w0, i))));
      s1 = f32x4.add(s1, f32x4.mul(value, v128.load(at(w1, i))));
      s2 = f32x4.add(s2, f32x4.mul(value, v128.load(at(w2, i))));
      s3 = f32x4.add(s3, f32x4.mul(value, v128.load(at(w3, i))));
    }
    let sums = sumLanes(s0, s1, s2, s3);
    for (let i = body; i < length; i++) {
      const tail = f32x4(load<f32>(at(w0, i)), load<f32>(at(w1, i)), load<f32>(at(w2, i)), load<f32>(at(w3, i)));
      sums = f32x4.add(sums, f32x4.mul(v128.load32_splat(at(x, i)), tail));
    }
    v128.store(at(y, o), sums);
  }
  for (; o < rows; o++) store<f32>(at(y, o), dot(x, at(w, o * stride), length));
}

/** The same for two rows of x, `inputs` and `columnsOfY` elements apart: each weight that is read serves both. The sums are those of one row. */
function multiplyRowsByTwo(x: usize, inputs: i32, w: usize, y: usize, columnsOfY: i32, rows: i32): void {
  const body = inputs & ~3;
  const second = at(x, inputs), ySecond = at(y, columnsOfY);
  let o = 0;
  for (; o + 4 <= rows; o += 4) {
    const w0 = at(w, o * inputs), w1 = at(w0, inputs), w2 = at(w1, inputs), w3 = at(w2, inputs);
    let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
    let t0 = f32x4.splat(0), t1 = f32x4.splat(0), t2 = f32x4.splat(0), t3 = f32x4.splat(0);
    for (let i = 0; i < body; i += 4) {
      const a = v128.load(at(x, i)), b = v128.load(at(second, i));
      const v0 = v128.load(at(w0, i)), v1 = v128.load(at(w1, i));
      s0 = f32x4.add(s0, f32x4.mul(a, v0));
      t0 = f32x4.add(t0, f32x4.mul(b, v0));
      s1 = f32x4.add(s1, f32x4.mul(a, v1));
      t1 = f32x4.add(t1, f32x4.mul(b, v1));
      const v2 = v128.load(at(w2, i)), v3 = v128.load(at(w3, i));
      s2 = f32x4.add(s2, f32x4.mul(a, v2));
      t2 = f32x4.add(t2, f32x4.mul(b, v2));
      s3 = f32x4.add(s3, f32x4.mul(a, v3));
      t3 = f32x4.add(t3, f32x4.mul(b, v3));
    }
    let sums = sumLanes(s0, s1, s2, s3), sumsOfSecond = sumLanes(t0, t1, t2, t3);
    for (let i = body; i < inputs; i++) {
      const tail = f32x4(load<f32>(at(w0, i)), load<f32>(at(w1, i)), load<f32>(at(w2, i)), load<f32>(at(w3, i)));
      sums = f32x4.add(sums, f32x4.mul(v128.load32_splat(at(x, i)), tail));
      sumsOfSecond = f32x4.add(sumsOfSecond, f32x4.mul(v128.load32_splat(at(second, i)), tail));
    }
    v128.store(at(y, o), sums);
    v128.store(at(ySecond, o), sumsOfSecond);
  }
  for (; o < rows; o++) {
    store<f32>(at(y, o), dot(x, at(w, o * inputs), inputs));
    store<f32>(at(ySecond, o), dot(second, at(w, o * inputs), inputs));
  }
}

/** Bytes of the weight that stay in the first-level cache while all rows of x pass by. */
const BLOCK_BYTES: i32 = 16384;

/**
 * y [m, o] = x [m, i] · w [o, i]ᵀ for a small m; rows of y lie `columnsOfY` elements apart. The weight is read once, where
 * it lies. What a row gives does not depend on the others.
 */
export function linearFewRows(x: usize, w: usize, y: usize, columnsOfY: i32, m: i32, outputs: i32, inputs: i32): void {
  const block = max(4, (BLOCK_BYTES / (inputs << 2)) & ~3);
  for (let o = 0; o < outputs; o += block) {
    const count = min(block, outputs - o);
    const weight = at(w, o * inputs), to = at(y, o);
    let row = 0;
    for (; row + 2 <= m; row += 2) multiplyRowsByTwo(at(x, row * inputs), inputs, weight, at(to, row * columnsOfY), columnsOfY, count);
    if (row < m) multiplyRows(at(x, row * inputs), weight, inputs, at(to, row * columnsOfY), count, inputs);
  }
}
