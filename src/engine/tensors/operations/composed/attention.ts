// Attention for backends whose matrix products take a batch: of the pass forward only the probabilities are kept, and the
// backward pass is written out.
// Legend: B batch, T query length, S key length, N = B·T, M = B·S, H query heads, K key/value heads, G = H/K, h head size.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { differentiable } from '../../differentiable';
import type { AttentionSpec } from '../attention';

type Shape4 = [number, number, number, number];

/** What is added to the scores, [B, 1, T, S]: 0 where the query sees the key, else very little. And whether each query sees any key, [B, 1, T, 1]. */
interface Mask { readonly spec: AttentionSpec; readonly keys: number; readonly bias: Tensor; readonly sees: Tensor | undefined }

/** All layers of a pass have one mask. */
let newest: Mask | undefined;

export function attentionComposed(q_NHh: Tensor3D, k_MKh: Tensor3D, v_MKh: Tensor3D, spec: AttentionSpec): Tensor2D {
  const [rows, heads, size] = q_NHh.shape;
  const [keyRows, keyValueHeads] = k_MKh.shape;
  const [batch, queries, keys, groups] = [spec.batch, rows / spec.batch, keyRows / spec.batch, heads / keyValueHeads];
  const scale = 1 / Math.sqrt(size);
  const byHead = (x: Tensor, length: number, count: number): Tensor4D => tf.transpose(tf.reshape(x, [batch, length, count, size]), [0, 2, 1, 3]);
  const byRow = (x: Tensor, length: number, count: number): Tensor => tf.transpose(tf.reshape(x, [batch, count, length, size]), [0, 2, 1, 3]);
  const grouped: Shape4 = [batch, keyValueHeads, groups * queries, keys];
  const ungrouped: Shape4 = [batch, heads, queries, keys];
  const ofQueries: Shape4 = [batch, keyValueHeads, groups * queries, size];
  return differentiable<Tensor2D>({
    inputs: [q_NHh, k_MKh, v_MKh],
    forward: (record, save) => {
      const [y, kept] = tf.tidy(() => {
        const q = tf.reshape<tf.Rank.R4>(byHead(q_NHh, queries, heads), ofQueries);
        const scores = tf.matMul(q, byHead(k_MKh, keys, keyValueHeads), false, true);
        const p = tf.reshape<tf.Rank.R4>(probabilities(tf.reshape<tf.Rank.R4>(scores, ungrouped), spec, scale), grouped);
        const out = tf.matMul(p, byHead(v_MKh, keys, keyValueHeads));
        return [tf.reshape<tf.Rank.R2>(byRow(out, queries, heads), [rows, heads * size]), p] as [Tensor2D, Tensor4D];
      });
      if (record) save([q_NHh, k_MKh, v_MKh, kept]);
      kept.dispose();
      return y;
    },
    backward: (dy, saved) => tf.tidy(() => {
      const [q_, k_, v_, p] = saved as [Tensor, Tensor, Tensor, Tensor4D];
      const q = tf.reshape<tf.Rank.R4>(byHead(q_, queries, heads), ofQueries);
      const dOut = tf.reshape<tf.Rank.R4>(byHead(dy, queries, heads), ofQueries);
      const dP = tf.matMul<Tensor4D>(dOut, byHead(v_, keys, keyValueHeads), false, true);
      const dScores = scoreGradient(p, dP, scale);
      const dq = tf.matMul(dScores, byHead(k_, keys, keyValueHeads));
      const dk = tf.matMul(dScores, q, true, false);
      const dv = tf.matMul(p, dOut, true, false);
      return [
        tf.reshape(byRow(dq, queries, heads), [rows, heads, size]),
        tf.reshape(byRow(dk, keys, keyValueHeads), [keyRows, keyValueHeads, size]),
        tf.reshape(byRow(dv, keys, keyValueHeads), [keyRows, keyValueHeads, size]),
      ];
    }),
  });
}

/** Softmax of scale · scores [B, H, T, S] over the keys each query sees. */
function probabilities(scores: Tensor4D, spec: AttentionSpec, scale: number): Tensor4D {
  const [, , queries, keys] = scores.shape;
  const { bias, sees } = maskOf(spec, queries, keys);
  const soft = tf.softmax(tf.add<Tensor4D>(tf.mul(scores, scale), bias));
  return sees === undefined ? soft : tf.mul(soft, sees);
}

function scoreGradient(p: Tensor4D, dP: Tensor4D, scale: number): Tensor4D {
  return tf.mul(tf.mul(p, tf.sub(dP, tf.sum(tf.mul(dP, p), -1, true))), scale);
}

function maskOf(spec: AttentionSpec, queries: number, keys: number): Mask {
  if (newest?.spec.firstKey_N === spec.firstKey_N && newest.keys === keys) return newest;
  forgetMask();
  const bias = new Float32Array(spec.batch * queries * keys).fill(-1e9);
  const sees = new Float32Array(spec.batch * queries);
  for (let row = 0; row < spec.batch * queries; row++) {
    const lastKey = keys - queries + (row % queries);
    for (let key = Math.max(0, spec.firstKey_N[row]!); key <= lastKey; key++) bias[row * keys + key] = 0;
    sees[row] = spec.firstKey_N[row]! <= lastKey ? 1 : 0;
  }
  const keep = (values: Float32Array, width: number): Tensor => tf.keep(tf.tensor(values, [spec.batch, 1, queries, width]));
  newest = { spec, keys, bias: keep(bias, keys), sees: sees.includes(0) ? keep(sees, 1) : undefined };
  return newest;
}

/** Frees the mask that is kept from one call to the next. */
export function forgetMask(): void {
  newest?.bias.dispose();
  newest?.sees?.dispose();
  newest = undefined;
}
