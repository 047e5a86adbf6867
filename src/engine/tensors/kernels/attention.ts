// AssemblyScript. Causal attention with grouped key/value heads, straight on the [B, T, H, h] layout: no transposed or
// repeated copies, no work above the diagonal or before the first visible key, and no matrix of all probabilities.
// Legend: B batch, T queries, S keys, H query heads, K key/value heads, h head size.
import { bandEnd, bandFloats, EDGE_FLOATS, firstVisible, multiplyBand, roundUp } from './attention-layout';
import { multiplyRows } from './gemv';
import { BAND, packB, packBand } from './pack';
import { at } from './simd';
import { softmaxRow } from './softmax';
import { sumOfScaledRows } from './vector';

/** From this many queries on keys and values are packed. */
const LEAST_PACKED: i32 = 4;

/** Bytes of scratch `attention` needs. */
export function attentionScratchBytes(queries: i32, keys: i32, size: i32): i32 {
  return (EDGE_FLOATS + bandFloats(queries, keys, size) + 2 * roundUp(keys) * roundUp(size) + BAND * keys) << 2;
}

/** One query row at a time, reading keys and values where they lie: for generation. */
function attendRow(
  q: usize, k: usize, v: usize, p: usize, y: usize, keyStride: i32, first: i32, end: i32, keys: i32, size: i32, scale: f32,
): void {
  if (end > first) multiplyRows(q, at(k, first * keyStride), keyStride, at(p, first), end - first, size);
  softmaxRow(p, first, end, keys, scale);
  sumOfScaledRows(p, v, keyStride, first, end, y, size);
}

/**
 * Scores of a band of queries times the packed keys, and their softmax: p [rows, S], rows `stride` apart, zero up to the
 * end of the band where a query does not see the key. Gives the first key any of them sees.
 */
export function probabilitiesOfBand(
  q: usize, queryStride: i32, keyColumns: usize, first: usize, p: usize, stride: i32, query: i32, rows: i32,
  queries: i32, keys: i32, size: i32, scale: f32, band: usize, edge: usize,
): i32 {
  const lastEnd = keys - queries + query + rows;
  const low = firstVisible(first, query, rows, lastEnd);
  packBand(band, q, queryStride, 1, rows, size);
  multiplyBand(band, keyColumns, size, 0, size, p, stride, rows, low & ~7, min(keys, roundUp(lastEnd)), false, edge);
  for (let row = 0; row < rows; row++) {
    softmaxRow(at(p, row * stride), max(0, load<i32>(at(first, query + row))), keys - queries + query + row + 1, bandEnd(keys, lastEnd), scale);
  }
  return low;
}

/**
 * y [B·T, H·h]; firstKey [B·T]. Computes queries queryFrom … queryTo of the units unitFrom … unitTo: unit b·K + k is
 * key/value head k of sequence b, with the query heads that share it. Probabilities live for one band of queries.
 */
export function attention(
  q: usize, k: usize, v: usize, firstKey: usize, y: usize, queries: i32, keys: i32, heads: i32, keyValueHeads: i32, size: i32, scale: f32,
  unitFrom: i32, unitTo: i32, queryFrom: i32, queryTo: i32, scratch: usize,
): void {
  const queryStride = heads * size, keyStride = keyValueHeads * size, groups = heads / keyValueHeads;
  const edge = scratch, band = at(edge, EDGE_FLOATS);
  const keyColumns = at(band, bandFloats(queries, keys, size)), valueRows = at(keyColumns, roundUp(keys) * roundUp(size));
  const p = at(valueRows, roundUp(keys) * roundUp(size));
  for (let unit = unitFrom; unit < unitTo; unit++) {
    const item = unit / keyValueHeads, group = unit % keyValueHeads;
    const first = at(firstKey, item * queries);
    const keyHead = at(k, item * keys * keyStride + group * size), valueHead = at(v, item * keys * keyStride + group * size);
    if (queries >= LEAST_PACKED) {
      packB(keyColumns, keyHead, 1, keyStride, size, keys);
      packB(valueRows, valueHead, keyStride, 1, keys, size);
    }
    for (let head = group * groups; head < (group + 1) * groups; head++) {
      const offset = item * queries * queryStride + head * size;
      if (queries < LEAST_PACKED) {
        for (let t = queryFrom; t < queryTo; t++) {
          const from = max(0, load<i32>(at(first, t))), end = keys - queries + t + 1, shift = offset + t * queryStride;
          attendRow(at(q, shift), keyHead, valueHead, p, at(y, shift), keyStride, from, end, keys, size, scale);
        }
      } else {
        for (let t = queryFrom; t < queryTo; t += BAND) {
          const rows = min(BAND, queryTo - t), shift = offset + t * queryStride;
          const low = probabilitiesOfBand(at(q, shift), queryStride, keyColumns, first, p, keys, t, rows, queries, keys, size, scale, band, edge);
          const lastEnd = keys - queries + t + rows;
          packBand(band, at(p, low), keys, 1, rows, lastEnd - low);
          multiplyBand(band, valueRows, keys, low, lastEnd - low, at(y, shift), queryStride, rows, 0, size, false, edge);
        }
      }
    }
  }
}
