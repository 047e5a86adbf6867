// Attention of the next rows of several sequences, each over its own keys and values so far: one operation for a whole
// batch, since a token at a time the cost of dispatch would be most of it. Not differentiable.
// Legend: N rows of all parts, T rows of a part, H query heads, K key/value heads, h head size.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { expectShape } from '../differentiable';
import type { GrowingRows } from '../growing-rows';
import { wasmHeap } from '../heap';
import type { WasmHeap } from '../heap';
import { attention } from './attention';

export interface CachedPart {
  /** Its first row in the pass, and how many it has. */
  readonly first: number;
  readonly count: number;
  /** Keys and values of the sequence, which take the new rows. */
  readonly k: GrowingRows;
  readonly v: GrowingRows;
  /** First key each row sees. */
  readonly firstKey_T: Int32Array;
}

/** y [N, H·h]: adds each part's rows of k and v to its caches and attends to all they hold. The parts cover the rows. */
export function cachedAttention(q_NHh: Tensor3D, k_NKh: Tensor3D, v_NKh: Tensor3D, parts: readonly CachedPart[]): Tensor2D {
  for (const { k, v, first, count } of parts) {
    k.extend(k_NKh, first, count);
    v.extend(v_NKh, first, count);
  }
  const heap = wasmHeap();
  return heap === undefined ? cachedAttentionReference(q_NHh, parts) : cachedAttentionKernel(heap, q_NHh, k_NKh, parts);
}

function cachedAttentionKernel(heap: WasmHeap, q_NHh: Tensor3D, k_NKh: Tensor3D, parts: readonly CachedPart[]): Tensor2D {
  const [rows, heads, size] = q_NHh.shape;
  const keyValueHeads = k_NKh.shape[1];
  expectShape('The keys', k_NKh, [rows, keyValueHeads, size]);
  const y = heap.outputMatrix(rows, heads * size);
  const rowBytes = heads * size * 4;
  const [qAt, yAt] = [heap.pointer(q_NHh), heap.pointer(y)];
  for (const { first, count, k, v, firstKey_T } of parts) {
    heap.kernels.attention(
      qAt + first * rowBytes, heap.pointer(k.store), heap.pointer(v.store), heap.integers('firstKey', firstKey_T), yAt + first * rowBytes,
      1, count, k.length, heads, keyValueHeads, size, 1 / Math.sqrt(size),
    );
  }
  return y;
}

function cachedAttentionReference(q_NHh: Tensor3D, parts: readonly CachedPart[]): Tensor2D {
  const attended = parts.map(({ first, count, k, v, firstKey_T }) =>
    attention(tf.slice(q_NHh, [first, 0, 0], [count, -1, -1]), k.rows(), v.rows(), { batch: 1, firstKey_N: firstKey_T }));
  return attended.length === 1 ? attended[0]! : tf.concat(attended, 0);
}
