// AssemblyScript. General matrix product, blocked for the caches after Goto and van de Geijn (2008): panels of B stay in
// the first-level cache, a block of A in the second.
import { BAND, PANEL, packA, packB } from './pack';
import { multiplyTile } from './microkernel';
import { at } from './simd';

/** Largest block: depth, rows of A, columns of B. */
const DEPTH: i32 = 384;
const ROWS: i32 = 160;
const COLUMNS: i32 = 512;
const EDGE_BYTES: usize = 192;

/** Bytes of scratch `gemm` needs, whatever the sizes. */
export function gemmScratchBytes(): i32 {
  return <i32>EDGE_BYTES + ((DEPTH * (ROWS + COLUMNS)) << 2);
}

/**
 * C [m, n] = or += A [m, k] · B [k, n]. A and B have any strides (in elements); the rows of C lie `columnsOfC` elements
 * apart. Sums run in f32 over at most 384 products at a time.
 */
export function gemm(
  a: usize, aRowStride: i32, aColumnStride: i32, b: usize, bRowStride: i32, bColumnStride: i32,
  c: usize, columnsOfC: i32, m: i32, n: i32, k: i32, accumulate: bool, scratch: usize,
): void {
  const packedB = scratch + EDGE_BYTES;
  const packedA = packedB + (<usize>(DEPTH * COLUMNS) << 2);
  const depth = (k + (k + DEPTH - 1) / DEPTH - 1) / ((k + DEPTH - 1) / DEPTH); // equal blocks: no thin last one
  for (let j0 = 0; j0 < n; j0 += COLUMNS) {
    const columns = min(COLUMNS, n - j0);
    for (let k0 = 0; k0 < k; k0 += depth) {
      const kc = min(depth, k - k0);
      packB(packedB, at(b, j0 * bColumnStride + k0 * bRowStride), bRowStride, bColumnStride, kc, columns);
      for (let i0 = 0; i0 < m; i0 += ROWS) {
        const rows = min(ROWS, m - i0);
        packA(packedA, at(a, i0 * aRowStride + k0 * aColumnStride), aRowStride, aColumnStride, rows, kc);
        for (let j = 0; j < columns; j += PANEL) {
          const panel = at(packedB, j * kc);
          for (let i = 0; i < rows; i += BAND) {
            multiplyTile(
              at(packedA, i * kc), panel, at(c, (i0 + i) * columnsOfC + j0 + j), columnsOfC, kc,
              min(BAND, rows - i), min(PANEL, columns - j), accumulate || k0 > 0, scratch,
            );
          }
        }
      }
    }
  }
}
