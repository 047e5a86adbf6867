// AssemblyScript. Gradient of causal attention from the kept probabilities; the gradient by the scores lives for one
// head at a time.
// Legend: B batch, T queries, S keys, H query heads, K key/value heads, h head size.
import { bandFloats, firstVisible, multiplyBand, roundUp } from './attention-layout';
import { BAND, packB, packBand } from './pack';
import { at } from './simd';
import { softmaxRowGradient } from './softmax';

const EDGE_FLOATS: i32 = 32;

/** Bytes of scratch `attentionGradient` needs. */
export function attentionGradientScratchBytes(queries: i32, keys: i32, size: i32): i32 {
  const panels = 2 * (roundUp(keys) + roundUp(queries)) * roundUp(size);
  return (EDGE_FLOATS + bandFloats(queries, keys, size) + panels + queries * keys) << 2;
}

/** One past the last query that sees any key before `keyEnd`. */
function endOfQueries(firstKey: usize, queries: i32, keyEnd: i32): i32 {
  let end = queries;
  while (end > 0 && load<i32>(at(firstKey, end - 1)) >= keyEnd) end--;
  return end;
}

/** dq, dk, dv from q, k, v, the probabilities p [B, H, T, S] and dy, all laid out as in `attention`. */
export function attentionGradient(
  q: usize, k: usize, v: usize, firstKey: usize, p: usize, dy: usize, dq: usize, dk: usize, dv: usize,
  batch: i32, queries: i32, keys: i32, heads: i32, keyValueHeads: i32, size: i32, scale: f32, scratch: usize,
): void {
  const queryStride = heads * size, keyStride = keyValueHeads * size, groups = heads / keyValueHeads;
  const edge = scratch, band = at(edge, EDGE_FLOATS);
  const keyPanels = at(band, bandFloats(queries, keys, size)), valuePanels = at(keyPanels, roundUp(keys) * roundUp(size));
  const queryPanels = at(valuePanels, roundUp(keys) * roundUp(size)), dyPanels = at(queryPanels, roundUp(queries) * roundUp(size));
  const dScores = at(dyPanels, roundUp(queries) * roundUp(size));
  for (let item = 0; item < batch; item++) {
    const first = at(firstKey, item * queries);
    for (let head = 0; head < heads; head++) {
      const group = head / groups, accumulate = head % groups !== 0;
      const keyOffset = item * keys * keyStride + group * size, offset = item * queries * queryStride + head * size;
      const pHead = at(p, (item * heads + head) * queries * keys);
      if (!accumulate) {
        packB(keyPanels, at(k, keyOffset), keyStride, 1, keys, size);
        packB(valuePanels, at(v, keyOffset), 1, keyStride, size, keys);
      }
      packB(queryPanels, at(q, offset), queryStride, 1, queries, size);
      packB(dyPanels, at(dy, offset), queryStride, 1, queries, size);
      for (let t = 0; t < queries; t += BAND) { // dP = dY·Vᵀ, dS from dP, dQ = dS·K
        const rows = min(BAND, queries - t), lastEnd = keys - queries + t + rows;
        const low = firstVisible(first, t, rows, lastEnd);
        const dBand = at(dScores, t * keys);
        packBand(band, at(dy, offset + t * queryStride), queryStride, 1, rows, size);
        multiplyBand(band, valuePanels, size, 0, size, dBand, keys, rows, low & ~7, min(keys, roundUp(lastEnd)), false, edge);
        for (let row = 0; row < rows; row++) {
          const from = max(0, load<i32>(at(first, t + row))), end = keys - queries + t + row + 1;
          softmaxRowGradient(at(pHead, (t + row) * keys), at(dBand, row * keys), from, end, keys, scale);
        }
        packBand(band, at(dBand, low), keys, 1, rows, lastEnd - low);
        multiplyBand(band, keyPanels, keys, low, lastEnd - low, at(dq, offset + t * queryStride), queryStride, rows, 0, size, false, edge);
      }
      for (let s = 0; s < keys; s += BAND) { // dV = Pᵀ·dY, dK = dSᵀ·Q
        const rows = min(BAND, keys - s);
        const from = max(0, s - (keys - queries));
        const count = max(0, endOfQueries(first, queries, s + rows) - from);
        packBand(band, at(pHead, from * keys + s), 1, keys, rows, count);
        multiplyBand(band, dyPanels, queries, from, count, at(dv, keyOffset + s * keyStride), keyStride, rows, 0, size, accumulate, edge);
        packBand(band, at(dScores, from * keys + s), 1, keys, rows, count);
        multiplyBand(band, queryPanels, queries, from, count, at(dk, keyOffset + s * keyStride), keyStride, rows, 0, size, accumulate, edge);
      }
    }
  }
}
