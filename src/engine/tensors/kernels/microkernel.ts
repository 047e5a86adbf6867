// AssemblyScript. The inner loop of every matrix product: a 5×8 tile of C held in ten registers, the most
// that leaves V8 room for operands: with six rows or twelve columns it keeps sums in memory.
// Multiply and add are separate instructions, but for the module built with relaxed SIMD: there they may be fused, which
// differs between machines in the last bit.
import { at } from './simd';

// @ts-ignore: decorator
@inline
function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}

/** Writes (or with `accumulate` adds) the tile of `rows` × `columns` held in `tile` [5][8] to c. */
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

/** The same for rows of eight columns. */
function storeRows(c: usize, stride: usize, rows: i32, accumulate: bool, tile: usize): void {
  for (let i = 0; i < rows; i++) {
    const left = v128.load(tile), right = v128.load(tile, 16);
    v128.store(c, accumulate ? f32x4.add(left, v128.load(c)) : left);
    v128.store(c, accumulate ? f32x4.add(right, v128.load(c, 16)) : right, 16);
    c += stride;
    tile += 32;
  }
}

/** Five rows of eight, `stride` bytes apart: the product of a packed band and a packed panel of depth k. A function of its own, for the sake of its registers. */
function multiplyWholeTile(band: usize, panel: usize, c: usize, stride: usize, k: i32): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0), c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0), c41 = f32x4.splat(0);
  for (const end = band + <usize>(k * 20); band < end; band += 20, panel += 32) {
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
    const a4 = v128.load32_splat(band, 16);
    c40 = multiplyAdd(a4, b0, c40);
    c41 = multiplyAdd(a4, b1, c41);
  }
  v128.store(c, c00); v128.store(c, c01, 16);
  c += stride;
  v128.store(c, c10); v128.store(c, c11, 16);
  c += stride;
  v128.store(c, c20); v128.store(c, c21, 16);
  c += stride;
  v128.store(c, c30); v128.store(c, c31, 16);
  c += stride;
  v128.store(c, c40); v128.store(c, c41, 16);
}

/**
 * c [rows ≤ 5, columns ≤ 8] = or += the product of a packed band and a packed panel of depth k.
 * `edge` is 160 bytes of scratch for a tile that is not whole or is added.
 */
export function multiplyTile(
  band: usize, panel: usize, c: usize, columnsOfC: i32, k: i32, rows: i32, columns: i32, accumulate: bool, edge: usize,
): void {
  const stride = <usize>columnsOfC << 2;
  const isDirect = rows === 5 && columns === 8 && !accumulate;
  multiplyWholeTile(band, panel, isDirect ? c : edge, isDirect ? stride : 32, k);
  if (isDirect) return;
  if (columns === 8) storeRows(c, stride, rows, accumulate, edge);
  else storeEdge(c, stride, rows, columns, accumulate, edge);
}
