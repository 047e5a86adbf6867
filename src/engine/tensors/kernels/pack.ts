// AssemblyScript. Copies blocks of a matrix into the order the micro-kernel reads, absorbing any transposition.
// A strided matrix is a pointer, a row stride and a column stride, both in elements.
import { at } from './simd';

/** Rows of one band of A, and columns of one panel of B. */
export const BAND: i32 = 5;
export const PANEL: i32 = 8;

/** Stores the 4×4 block at four row addresses, transposed, to four addresses `step` bytes apart. */
// @ts-ignore: decorator
@inline
function transposeBlock(target: usize, step: usize, row0: usize, row1: usize, row2: usize, row3: usize): void {
  const a0 = v128.load(row0), a1 = v128.load(row1), a2 = v128.load(row2), a3 = v128.load(row3);
  const low01 = v128.shuffle<f32>(a0, a1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(a0, a1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(a2, a3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(a2, a3, 2, 6, 3, 7);
  v128.store(target, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(target + step, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(target + 2 * step, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(target + 3 * step, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/** Copies four "lines" (rows of A, or columns of B) of length k that are contiguous, interleaved with `step` bytes. */
// @ts-ignore: decorator
@inline
function interleaveFour(target: usize, step: usize, source: usize, lineStride: i32, k: i32): void {
  const stride = <usize>lineStride << 2;
  let p0 = source, p1 = p0 + stride, p2 = p1 + stride, p3 = p2 + stride;
  let q = 0;
  for (; q + 4 <= k; q += 4) {
    transposeBlock(target, step, p0, p1, p2, p3);
    target += 4 * step;
    p0 += 16; p1 += 16; p2 += 16; p3 += 16;
  }
  for (; q < k; q++) {
    store<f32>(target, load<f32>(p0));
    store<f32>(target, load<f32>(p1), 4);
    store<f32>(target, load<f32>(p2), 8);
    store<f32>(target, load<f32>(p3), 12);
    target += step;
    p0 += 4; p1 += 4; p2 += 4; p3 += 4;
  }
}

/** Any strides, and fewer lines than `width`: the missing ones become zeros. */
function packEdge(target: usize, source: usize, lineStride: i32, depthStride: i32, lines: i32, k: i32, width: i32): void {
  for (let q = 0; q < k; q++) {
    for (let line = 0; line < width; line++) {
      store<f32>(at(target, line), line < lines ? load<f32>(at(source, line * lineStride + q * depthStride)) : 0);
    }
    target += <usize>width << 2;
  }
}

/** Copies four lines that lie side by side, interleaved with `step` bytes. */
// @ts-ignore: decorator
@inline
function copyFour(target: usize, step: usize, source: usize, depthStride: i32, k: i32): void {
  const stride = <usize>depthStride << 2;
  for (let q = 0; q < k; q++) {
    v128.store(target, v128.load(source));
    target += step;
    source += stride;
  }
}

/** One line with any stride, or zeros in its place. */
// @ts-ignore: decorator
@inline
function copyOne(target: usize, step: usize, source: usize, depthStride: i32, k: i32, isThere: bool): void {
  const stride = <usize>depthStride << 2;
  for (let q = 0; q < k; q++) {
    store<f32>(target, isThere ? load<f32>(source) : 0);
    target += step;
    source += stride;
  }
}

/** One band: up to 5 rows of A [rows, k] as [k][5]. */
export function packBand(target: usize, a: usize, rowStride: i32, columnStride: i32, rows: i32, k: i32): void {
  const step: usize = <usize>BAND << 2;
  if (rows < 4 || (rowStride !== 1 && columnStride !== 1)) {
    packEdge(target, a, rowStride, columnStride, rows, k, BAND);
    return;
  }
  if (columnStride === 1) interleaveFour(target, step, a, rowStride, k);
  else copyFour(target, step, a, columnStride, k);
  copyOne(target + 16, step, at(a, 4 * rowStride), columnStride, k, rows === BAND);
}

/** All bands of A [m, k], one after the other. */
export function packA(target: usize, a: usize, rowStride: i32, columnStride: i32, m: i32, k: i32): void {
  for (let i = 0; i < m; i += BAND) {
    packBand(target, at(a, i * rowStride), rowStride, columnStride, min(BAND, m - i), k);
    target += <usize>(k * BAND) << 2;
  }
}

/** All panels of B [k, n], each up to 8 columns as [k][8]. */
export function packB(target: usize, b: usize, rowStride: i32, columnStride: i32, k: i32, n: i32): void {
  for (let j = 0; j < n; j += PANEL) {
    const columns = min(PANEL, n - j);
    let source = at(b, j * columnStride);
    if (columns === PANEL && columnStride === 1) {
      const step = <usize>rowStride << 2;
      for (let q = 0, to = target; q < k; q++) {
        v128.store(to, v128.load(source));
        v128.store(to, v128.load(source, 16), 16);
        to += 32;
        source += step;
      }
    } else if (columns === PANEL && rowStride === 1) {
      interleaveFour(target, 32, source, columnStride, k);
      interleaveFour(target + 16, 32, at(source, 4 * columnStride), columnStride, k);
    } else {
      packEdge(target, source, columnStride, rowStride, columns, k, PANEL);
    }
    target += <usize>(k * PANEL) << 2;
  }
}
