// AssemblyScript. Causal attention with grouped key/value heads, straight on the [B, T, H, h] layout: no transposed or
// repeated copies, and no work above the diagonal or before the first visible key.
// Legend: B batch, T queries, S keys, H query heads, K key/value heads, h head size.
import { bandFloats, firstVisible, multiplyBand, roundUp } from './attention-layout';
import { multiplyRows } from './gemv';
import { BAND, packB, packBand } from './pack';
import { at } from './simd';
import { softmaxRow } from './softmax';
import { addScaled } from './vector';

const EDGE_FLOATS: i32 = 32;

/** Bytes of scratch `attention` needs. */
export function attentionScratchBytes(queries: i32, keys: i32, size: i32): i32 {
  return (EDGE_FLOATS + bandFloats(queries, keys, size) + 2 * roundUp(keys) * roundUp(size)) << 2;
}

/** One query row at a time, reading keys and values where they lie: for generation. */
function attendRow(
  q: usize, k: usize, v: usize, p: usize, y: usize, keyStride: i32, first: i32, end: i32, keys: i32, size: i32, scale: f32,
): void {
  if (end > first) multiplyRows(q, at(k, first * keyStride), keyStride, at(p, first), end - first, size);
  softmaxRow(p, first, end, keys, scale);
  memory.fill(y, 0, <usize>size << 2);
  for (let key = first; key < end; key++) addScaled(y, at(v, key * keyStride), load<f32>(at(p, key)), size);
}

/**
 * y [B·T, H·h]; firstKey [B·T]. With `keep`, p is [B, H, T, S] and holds the probabilities afterwards; without, it is
 * scratch of 4·S floats.
 */
export function attention(
  q: usize, k: usize, v: usize, firstKey: usize, p: usize, y: usize, keep: bool,
  batch: i32, queries: i32, keys: i32, heads: i32, keyValueHeads: i32, size: i32, scale: f32, scratch: usize,
): void {
  const queryStride = heads * size, keyStride = keyValueHeads * size, groups = heads / keyValueHeads;
  const edge = scratch, band = at(edge, EDGE_FLOATS);
  const keyPanels = at(band, bandFloats(queries, keys, size)), valuePanels = at(keyPanels, roundUp(keys) * roundUp(size));
  const few = queries < BAND;
  for (let item = 0; item < batch; item++) {
    const first = at(firstKey, item * queries);
    for (let head = 0; head < heads; head++) {
      const keyHead = at(k, item * keys * keyStride + (head / groups) * size);
      const valueHead = at(v, item * keys * keyStride + (head / groups) * size);
      const offset = item * queries * queryStride + head * size;
      if (!few && head % groups === 0) {
        packB(keyPanels, keyHead, 1, keyStride, size, keys);
        packB(valuePanels, valueHead, keyStride, 1, keys, size);
      }
      for (let t = 0; t < queries; t += BAND) {
        const rows = min(BAND, queries - t);
        const probabilities = keep ? at(p, ((item * heads + head) * queries + t) * keys) : p;
        const qBand = at(q, offset + t * queryStride), yBand = at(y, offset + t * queryStride);
        const lastEnd = keys - queries + t + rows;
        const low = firstVisible(first, t, rows, lastEnd);
        if (!few) {
          packBand(band, qBand, queryStride, 1, rows, size);
          multiplyBand(
            band, keyPanels, size, 0, size, probabilities, keys, rows, low & ~7, min(keys, roundUp(lastEnd)), false, edge,
          );
        }
        for (let row = 0; row < rows; row++) {
          const pRow = at(probabilities, row * keys), end = keys - queries + t + row + 1;
          const from = max(0, load<i32>(at(first, t + row)));
          if (few) {
            const shift = row * queryStride;
            attendRow(at(qBand, shift), keyHead, valueHead, pRow, at(yBand, shift), keyStride, from, end, keys, size, scale);
          } else {
            softmaxRow(pRow, from, end, keys, scale);
          }
        }
        if (!few) {
          packBand(band, at(probabilities, low), keys, 1, rows, lastEnd - low);
          multiplyBand(band, valuePanels, keys, low, lastEnd - low, yBand, queryStride, rows, 0, size, false, edge);
        }
      }
    }
  }
}
