// AssemblyScript. The inner loop of every matrix product: a 4×8 tile of C held in eight registers.
// Multiply and add are separate instructions, but for the module built with relaxed SIMD: there they may be fused, which
// differs between machines in the last bit.
import { at } from './simd';

// @ts-ignore: decorator
@inline
function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}

/** Writes (or with `accumulate` adds) the tile of `rows` × `columns` held in `tile` [4][8] to c. */
function storeEdge(c: usize, stride: usize, rows: i32, columns: i32, accumulate: bool, tile: usize): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const to = at(c, j);
      const value = load<f32>(at(tile, i * 8 + j));
      store<f32>(to, accumulate ? load<f32>(to) + value : value);
    }
    c += stride;
  }
}

/**
 * c [rows ≤ 4, columns ≤ 8] = or += the product of a packed band and a packed panel of depth k.
 * `edge` is 128 bytes of scratch for a tile that is not whole.
 */
export function multiplyTile(
  band: usize, panel: usize, c: usize, columnsOfC: i32, k: i32, rows: i32, columns: i32, accumulate: bool, edge: usize,
): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0), c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  for (const end = band + (<usize>k << 4); band < end; band += 16, panel += 32) {
    const b0 = v128.load(panel), b1 = v128.load(panel, 16);
    const a0 = v128.load32_splat(band);
    c00 = multiplyAdd(a0, b0, c00);
    c01 = multiplyAdd(a0, b1, c01);
    const a1 = v128.load32_splat(band, 4);
    c10 = multiplyAdd(a1, b0, c10);
    c11 = multiplyAdd(a1, b1, c11);
    const a2 = v128.load32_splat(band, 8);
    c20 = multiplyAdd(a2, b0, c20);
    c21 = multiplyAdd(a2, b1, c21);
    const a3 = v128.load32_splat(band, 12);
    c30 = multiplyAdd(a3, b0, c30);
    c31 = multiplyAdd(a3, b1, c31);
  }
  const whole = rows === 4 && columns === 8;
  const stride = <usize>columnsOfC << 2;
  const step: usize = whole ? stride : 32;
  const t0 = whole ? c : edge, t1 = t0 + step, t2 = t1 + step, t3 = t2 + step;
  if (whole && accumulate) {
    c00 = f32x4.add(c00, v128.load(t0)); c01 = f32x4.add(c01, v128.load(t0, 16));
    c10 = f32x4.add(c10, v128.load(t1)); c11 = f32x4.add(c11, v128.load(t1, 16));
    c20 = f32x4.add(c20, v128.load(t2)); c21 = f32x4.add(c21, v128.load(t2, 16));
    c30 = f32x4.add(c30, v128.load(t3)); c31 = f32x4.add(c31, v128.load(t3, 16));
  }
  v128.store(t0, c00); v128.store(t0, c01, 16);
  v128.store(t1, c10); v128.store(t1, c11, 16);
  v128.store(t2, c20); v128.store(t2, c21, 16);
  v128.store(t3, c30); v128.store(t3, c31, 16);
  if (!whole) storeEdge(c, stride, rows, columns, accumulate, edge);
}
