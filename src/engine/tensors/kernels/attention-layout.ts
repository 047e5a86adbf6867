// AssemblyScript. What the attention kernels share: scratch layout, visible ranges, products of one band with panels.
// Legend: B batch, T queries, S keys, H query heads, K key/value heads, h head size.
import { BAND, PANEL } from './pack';
import { multiplyTile } from './microkernel';
import { at } from './simd';

/** Scratch of the micro-kernel for tiles that are not whole. */
export const EDGE_FLOATS: i32 = 48;

// @ts-ignore: decorator
@inline
export function roundUp(x: i32): i32 {
  return (x + PANEL - 1) & ~(PANEL - 1);
}

/** Floats of scratch for one packed band of any of the products. */
// @ts-ignore: decorator
@inline
export function bandFloats(queries: i32, keys: i32, size: i32): i32 {
  return BAND * max(max(queries, keys), size);
}

/** One past the last key that products over the probabilities of a band may read, when its last query sees keys up to `lastEnd`. */
// @ts-ignore: decorator
@inline
export function bandEnd(keys: i32, lastEnd: i32): i32 {
  return min(keys, lastEnd + BAND);
}

/** The first key that any of `rows` queries sees, never below 0 nor above `end`. */
export function firstVisible(firstKey: usize, query: i32, rows: i32, end: i32): i32 {
  let first = end;
  for (let row = 0; row < rows; row++) first = min(first, load<i32>(at(firstKey, query + row)));
  return max(first, 0);
}

/**
 * c [rows, n0 … n1) = or += band · panels, where `depth` is the depth the panels were packed with and only depths
 * k0 … k0 + k enter. n0 is a multiple of 8.
 */
export function multiplyBand(
  band: usize, panels: usize, depth: i32, k0: i32, k: i32,
  c: usize, columnsOfC: i32, rows: i32, n0: i32, n1: i32, accumulate: bool, edge: usize,
): void {
  for (let j = n0; j < n1; j += PANEL) {
    multiplyTile(band, at(panels, j * depth + k0 * PANEL), at(c, j), columnsOfC, k, rows, min(PANEL, n1 - j), accumulate, edge);
  }
}
