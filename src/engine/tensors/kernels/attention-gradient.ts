// AssemblyScript. Gradient of causal attention. Probabilities are computed again, as the forward pass computed them, for a
// block of queries at a time (Dao 2023, "FlashAttention-2", without its online softmax: whole rows fit the cache here).
// Legend: B batch, T queries, S keys, H query heads, K key/value heads, h head size.
import { probabilitiesOfBand } from './attention';
import { bandEnd, bandFloats, EDGE_FLOATS, multiplyBand, roundUp } from './attention-layout';
import { BAND, packB, packBand } from './pack';
import { at } from './simd';
import { softmaxRowGradient } from './softmax';

/** Queries whose probabilities and gradients by the scores are held at once. */
const BLOCK: i32 = 64;

/** Bytes of scratch `attentionGradient` needs. */
export function attentionGradientScratchBytes(queries: i32, keys: i32, size: i32): i32 {
  const panels = (3 * roundUp(keys) + 2 * BLOCK) * roundUp(size);
  return (EDGE_FLOATS + bandFloats(max(queries, BLOCK), keys, size) + panels + 2 * BLOCK * blockStride(keys)) << 2;
}

/** Floats between rows of a block: not a power of two, or reading its columns would fall into one set of the cache. */
// @ts-ignore: decorator
@inline
function blockStride(keys: i32): i32 {
  return roundUp(keys) + 16;
}

function fillRows(x: usize, stride: i32, rows: i32, size: i32): void {
  for (let row = 0; row < rows; row++) memory.fill(at(x, row * stride), 0, <usize>size << 2);
}

/**
 * dq, dk, dv from q, k, v and dy, all laid out as in `attention`, of the units unitFrom … unitTo. A unit's gradients by
 * keys and values are sums over its query heads and blocks of queries, in that order.
 */
export function attentionGradient(
  q: usize, k: usize, v: usize, firstKey: usize, dy: usize, dq: usize, dk: usize, dv: usize,
  queries: i32, keys: i32, heads: i32, keyValueHeads: i32, size: i32, scale: f32, unitFrom: i32, unitTo: i32, scratch: usize,
): void {
  const queryStride = heads * size, keyStride = keyValueHeads * size, groups = heads / keyValueHeads;
  const edge = scratch, band = at(edge, EDGE_FLOATS), panelFloats = roundUp(keys) * roundUp(size);
  const keyColumns = at(band, bandFloats(max(queries, BLOCK), keys, size)), keyRows = at(keyColumns, panelFloats), valueColumns = at(keyRows, panelFloats);
  const queryRows = at(valueColumns, panelFloats), dyRows = at(queryRows, BLOCK * roundUp(size));
  const p = at(dyRows, BLOCK * roundUp(size)), stride = blockStride(keys), dScores = at(p, BLOCK * stride);
  for (let unit = unitFrom; unit < unitTo; unit++) {
    const item = unit / keyValueHeads, group = unit % keyValueHeads;
    const first = at(firstKey, item * queries), keyOffset = item * keys * keyStride + group * size;
    packB(keyColumns, at(k, keyOffset), 1, keyStride, size, keys);
    packB(keyRows, at(k, keyOffset), keyStride, 1, keys, size);
    packB(valueColumns, at(v, keyOffset), 1, keyStride, size, keys);
    fillRows(at(dk, keyOffset), keyStride, keys, size);
    fillRows(at(dv, keyOffset), keyStride, keys, size);
    for (let head = group * groups; head < (group + 1) * groups; head++) {
      const offset = item * queries * queryStride + head * size;
      for (let block = 0; block < queries; block += BLOCK) {
        const blockRows = min(BLOCK, queries - block), blockOffset = offset + block * queryStride;
        let low = keys;
        for (let t = 0; t < blockRows; t += BAND) { // P, dP = dY·Vᵀ, dS from both, dQ = dS·K
          const rows = min(BAND, blockRows - t), query = block + t, lastEnd = keys - queries + query + rows;
          const pBand = at(p, t * stride), dBand = at(dScores, t * stride), shift = blockOffset + t * queryStride;
          const from = probabilitiesOfBand(at(q, shift), queryStride, keyColumns, first, pBand, stride, query, rows, queries, keys, size, scale, band, edge);
          packBand(band, at(dy, shift), queryStride, 1, rows, size);
          multiplyBand(band, valueColumns, size, 0, size, dBand, stride, rows, from & ~7, min(keys, roundUp(lastEnd)), false, edge);
          for (let row = 0; row < rows; row++) {
            const begin = max(0, load<i32>(at(first, query + row))), end = keys - queries + query + row + 1;
            softmaxRowGradient(at(pBand, row * stride), at(dBand, row * stride), begin, end, bandEnd(keys, lastEnd), scale);
          }
          packBand(band, at(dBand, from), stride, 1, rows, lastEnd - from);
          multiplyBand(band, keyRows, keys, from, lastEnd - from, at(dq, shift), queryStride, rows, 0, size, false, edge);
          low = min(low, from);
        }
        packB(queryRows, at(q, blockOffset), queryStride, 1, blockRows, size);
        packB(dyRows, at(dy, blockOffset), queryStride, 1, blockRows, size);
        const blockEnd = keys - queries + block + blockRows;
        for (let s = low; s < blockEnd; s += BAND) { // dV += Pᵀ·dY, dK += dSᵀ·Q
          const rows = min(BAND, blockEnd - s), from = max(0, s - (keys - queries) - block), to = keyOffset + s * keyStride;
          packBand(band, at(p, from * stride + s), 1, stride, rows, blockRows - from);
          multiplyBand(band, dyRows, blockRows, from, blockRows - from, at(dv, to), keyStride, rows, 0, size, true, edge);
          packBand(band, at(dScores, from * stride + s), 1, stride, rows, blockRows - from);
          multiplyBand(band, queryRows, blockRows, from, blockRows - from, at(dk, to), keyStride, rows, 0, size, true, edge);
        }
      }
    }
  }
}
