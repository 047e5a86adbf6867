// Causal scaled dot-product attention with grouped key/value heads (Ainslie et al. 2023).
// Legend: B batch, T query length, S key length, N = B·T, M = B·S, H query heads, K key/value heads, G = H/K, h head size.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { activeBackend } from '../backends/active';
import { differentiable, expectShape } from '../differentiable';
import { wasmHeap } from '../heap';
import type { WasmHeap } from '../heap';
import { attentionComposed } from './composed/attention';
import { attentionWebgpu } from './wgsl/attention';

export interface AttentionSpec {
  readonly batch: number;
  /** For query row b·T+t the first key (0 … S) it sees; the last is always S−T+t. Windows and document bounds lie here. */
  readonly firstKey_N: Int32Array;
}

/** y [N, H·h]. Query t sees keys firstKey … S−T+t inclusive; a row that sees none gives zeros. Scores scale by 1/sqrt(h). */
export function attention(q_NHh: Tensor3D, k_MKh: Tensor3D, v_MKh: Tensor3D, spec: AttentionSpec): Tensor2D {
  const sizes = attentionSizes(q_NHh, k_MKh, v_MKh, spec);
  const heap = wasmHeap();
  if (heap !== undefined) return attentionKernel(heap, q_NHh, k_MKh, v_MKh, spec, sizes);
  switch (activeBackend()) {
    case 'webgpu': return attentionWebgpu(q_NHh, k_MKh, v_MKh, spec);
    case 'tensorflow': return attentionComposed(q_NHh, k_MKh, v_MKh, spec);
    case 'cpu':
    case 'wasm': return attentionReference(q_NHh, k_MKh, v_MKh, spec);
  }
}

/** 1 where the query may see the key, as [B, 1, 1, T, S]. */
function visibleKeys(batch: number, queries: number, keys: number, firstKey_N: Int32Array): tf.Tensor {
  const visible = new Float32Array(batch * queries * keys);
  for (let row = 0; row < batch * queries; row++) {
    const lastKey = keys - queries + (row % queries);
    for (let key = Math.max(0, firstKey_N[row]!); key <= lastKey; key++) visible[row * keys + key] = 1;
  }
  return tf.tensor(visible, [batch, 1, 1, queries, keys]);
}

interface AttentionSizes {
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly size: number;
}

function attentionSizes(q_NHh: Tensor3D, k_MKh: Tensor3D, v_MKh: Tensor3D, { batch, firstKey_N }: AttentionSpec): AttentionSizes {
  const [rows, heads, size] = q_NHh.shape;
  const [keyRows, keyValueHeads] = k_MKh.shape;
  const queries = rows / batch;
  const keys = keyRows / batch;
  expectShape('The queries', q_NHh, [rows, heads, size]);
  expectShape('The keys', k_MKh, [keyRows, keyValueHeads, size]);
  expectShape('The values', v_MKh, [keyRows, keyValueHeads, size]);
  const whole = Number.isInteger(queries) && Number.isInteger(keys) && Number.isInteger(heads / keyValueHeads);
  if (!whole || keys < queries || firstKey_N.length !== rows) {
    throw new Error(
      `Attention of ${rows} query rows × ${heads} heads to ${keyRows} key rows × ${keyValueHeads} heads with ${firstKey_N.length} `
      + `first keys does not divide into a batch of ${batch}, or has fewer keys than queries.`,
    );
  }
  return { queries, keys, heads, keyValueHeads, size };
}

function attentionKernel(
  heap: WasmHeap, q_NHh: Tensor3D, k_MKh: Tensor3D, v_MKh: Tensor3D, spec: AttentionSpec, sizes: AttentionSizes,
): Tensor2D {
  const { batch, firstKey_N } = spec;
  const { queries, keys, heads, keyValueHeads, size } = sizes;
  const { kernels } = heap;
  const counts = [batch, queries, keys, heads, keyValueHeads, size, 1 / Math.sqrt(size)] as const;
  return differentiable<Tensor2D>({
    inputs: [q_NHh, k_MKh, v_MKh],
    forward: (_record, save) => {
      const firstKey = heap.integers('firstKey', firstKey_N);
      const y = heap.outputMatrix(batch * queries, heads * size);
      kernels.attention(heap.pointer(q_NHh), heap.pointer(k_MKh), heap.pointer(v_MKh), firstKey, heap.pointer(y), ...counts);
      save([q_NHh, k_MKh, v_MKh]);
      return y;
    },
    backward: (dy, saved) => {
      const [q, k, v] = saved as [Tensor3D, Tensor3D, Tensor3D];
      const firstKey = heap.integers('firstKey', firstKey_N);
      const dq = heap.outputLike(q);
      const dk = heap.outputLike(k);
      const dv = heap.outputLike(v);
      kernels.attentionGradient(
        heap.pointer(q), heap.pointer(k), heap.pointer(v), firstKey, heap.pointer(dy),
        heap.pointer(dq), heap.pointer(dk), heap.pointer(dv), ...counts,
      );
      return [dq, dk, dv];
    },
  });
}

export function attentionReference(q_NHh: Tensor3D, k_MKh: Tensor3D, v_MKh: Tensor3D, spec: AttentionSpec): Tensor2D {
  const [rows, heads, size] = q_NHh.shape;
  const [keyRows, keyValueHeads] = k_MKh.shape;
  const queries = rows / spec.batch;
  const keys = keyRows / spec.batch;
  const groups = heads / keyValueHeads;
  const visible = visibleKeys(spec.batch, queries, keys, spec.firstKey_N);
  const byGroup = [spec.batch, keyValueHeads, groups, queries, keys];
  const byHead: [number, number, number, number] = [spec.batch, keyValueHeads, groups * queries, keys];

  const q = tf.transpose(tf.reshape(q_NHh, [spec.batch, queries, heads, size]), [0, 2, 1, 3]);
  const q_BKGTh = tf.reshape(q, [spec.batch, keyValueHeads, groups * queries, size]);
  const k_BKSh = tf.transpose(tf.reshape(k_MKh, [spec.batch, keys, keyValueHeads, size]), [0, 2, 1, 3]);
  const v_BKSh = tf.transpose(tf.reshape(v_MKh, [spec.batch, keys, keyValueHeads, size]), [0, 2, 1, 3]);

  const scores = tf.mul(tf.matMul(q_BKGTh, k_BKSh, false, true), 1 / Math.sqrt(size));
  const masked = tf.add(tf.reshape(scores, byGroup), tf.mul(tf.sub(visible, 1), 1e9));
  const probabilities = tf.mul(tf.softmax(masked, -1), visible);
  const y = tf.matMul<Tensor4D>(tf.reshape(probabilities, byHead), v_BKSh);
  const y_BTHh = tf.transpose(tf.reshape(y, [spec.batch, heads, queries, size]), [0, 2, 1, 3]);
  return tf.reshape(y_BTHh, [rows, heads * size]);
}
