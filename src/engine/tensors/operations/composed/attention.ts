// Attention for backends whose matrix products take a batch: a block of queries at a time with the keys it sees, so that scores
// of all queries and keys never lie in memory together. The backward pass computes a block's probabilities again (Dao et al.
// 2022, FlashAttention), here whole rows of them.
// Legend: B batch, T queries (of a block), S keys (a block sees), H query heads, K key/value heads, G = H/K, h head size.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { differentiable } from '../../differentiable';
import type { AttentionSpec } from '../attention';

type Shape4 = [number, number, number, number];

/** Queries of a block. Fewer save memory and work above the diagonal, and start more operations. */
const blockQueries = 128;

interface Sizes { readonly batch: number; readonly queries: number; readonly keys: number; readonly heads: number; readonly keyValueHeads: number; readonly size: number }

/** Queries from … from + count, which see keys within low … end. */
interface Block { readonly from: number; readonly count: number; readonly low: number; readonly end: number }

/** Inputs by head: queries [B, H, T, h], keys and values [B, K, S, h], of all rows. */
interface Heads { readonly q: Tensor4D; readonly k: Tensor4D; readonly v: Tensor4D }

export function attentionComposed(q_NHh: Tensor3D, k_MKh: Tensor3D, v_MKh: Tensor3D, spec: AttentionSpec): Tensor2D {
  const [rows, heads, size] = q_NHh.shape;
  const [keyRows, keyValueHeads] = k_MKh.shape;
  const sizes: Sizes = { batch: spec.batch, queries: rows / spec.batch, keys: keyRows / spec.batch, heads, keyValueHeads, size };
  const { queries, keys } = sizes;
  const blocks = blocksOf(sizes, spec);
  const byHead = (x: Tensor, length: number, count: number): Tensor4D => tf.transpose(tf.reshape(x, [spec.batch, length, count, size]), [0, 2, 1, 3]);
  const byRow = (x: Tensor, shape: number[]): Tensor => tf.reshape(tf.transpose(x, [0, 2, 1, 3]), shape);
  const headsOf = (q: Tensor, k: Tensor, v: Tensor): Heads => ({ q: byHead(q, queries, heads), k: byHead(k, keys, keyValueHeads), v: byHead(v, keys, keyValueHeads) });
  return differentiable<Tensor2D>({
    inputs: [q_NHh, k_MKh, v_MKh],
    forward: (_record, save) => {
      save([q_NHh, k_MKh, v_MKh]);
      return tf.tidy(() => {
        const all = headsOf(q_NHh, k_MKh, v_MKh);
        const attended = blocks.map((block) => tf.tidy(() => {
          const { p, v } = probabilities(all, block, sizes, spec);
          return tf.reshape(tf.matMul(p, v), [spec.batch, heads, block.count, size]);
        }));
        return byRow(joined(attended), [rows, heads * size]) as Tensor2D;
      });
    },
    backward: (dy, saved) => tf.tidy(() => {
      const [q_, k_, v_] = saved as [Tensor, Tensor, Tensor];
      const all = headsOf(q_, k_, v_);
      const dOut = byHead(dy, queries, heads);
      const dqs: Tensor[] = [];
      let [dk, dv]: [Tensor | undefined, Tensor | undefined] = [undefined, undefined];
      for (const block of blocks) {
        const own = blockGradient(all, dOut, block, sizes, spec);
        dqs.push(own.dq);
        dk = addUp(dk, own.dk);
        dv = addUp(dv, own.dv);
      }
      return [byRow(joined(dqs), [rows, heads, size]), byRow(dk!, [keyRows, keyValueHeads, size]), byRow(dv!, [keyRows, keyValueHeads, size])];
    }),
  });
}

function blocksOf({ batch, queries, keys }: Sizes, { firstKey_N }: AttentionSpec): Block[] {
  return Array.from({ length: Math.ceil(queries / blockQueries) }, (_, index) => {
    const from = index * blockQueries;
    const count = Math.min(blockQueries, queries - from);
    const end = keys - queries + from + count;
    let low = end - 1; // one key at least, though nobody may see it
    for (let b = 0; b < batch; b++) for (let t = from; t < from + count; t++) low = Math.min(low, Math.max(0, firstKey_N[b * queries + t]!));
    return { from, count, low, end };
  });
}

/** Rows of a block of queries, heads that share keys together: [B, K, G·T, h]. */
function queriesOf(x: Tensor4D, { from, count }: Block, { batch, heads, keyValueHeads, size }: Sizes): Tensor4D {
  return tf.reshape(tf.slice(x, [0, 0, from, 0], [-1, -1, count, -1]), [batch, keyValueHeads, (heads / keyValueHeads) * count, size]);
}

function keysOf(x: Tensor4D, { low, end }: Block): Tensor4D {
  return tf.slice(x, [0, 0, low, 0], [-1, -1, end - low, -1]);
}

/** Softmax of the scaled scores over the keys each query sees, p [B, K, G·T, S], with the operands it came from. */
function probabilities(all: Heads, block: Block, sizes: Sizes, spec: AttentionSpec): Heads & { readonly p: Tensor4D } {
  const { batch, heads, keyValueHeads, size } = sizes;
  const { count, low, end } = block;
  const [q, k, v] = [queriesOf(all.q, block, sizes), keysOf(all.k, block), keysOf(all.v, block)];
  const p = tf.tidy(() => {
    const { bias, sees } = maskOf(block, sizes, spec);
    const scores = tf.matMul(tf.mul<Tensor4D>(q, 1 / Math.sqrt(size)), k, false, true);
    const soft = tf.softmax(tf.add(tf.reshape(scores, [batch, heads, count, end - low]), bias));
    return tf.reshape<tf.Rank.R4>(sees === undefined ? soft : tf.mul(soft, sees), [batch, keyValueHeads, (heads / keyValueHeads) * count, end - low]);
  });
  return { q, k, v, p };
}

/** Gradients of a block: by its queries [B, H, T, h], by all keys and values [B, K, S, h]. */
function blockGradient(all: Heads, dOut: Tensor4D, block: Block, sizes: Sizes, spec: AttentionSpec): { dq: Tensor; dk: Tensor; dv: Tensor } {
  const { batch, keys, heads, size } = sizes;
  const [dq, dk, dv] = tf.tidy(() => {
    const { q, k, v, p } = probabilities(all, block, sizes, spec);
    const dy = queriesOf(dOut, block, sizes);
    const dScores = tf.tidy(() => {
      const dP = tf.matMul<Tensor4D>(dy, v, false, true);
      return tf.mul<Tensor4D>(p, tf.mul(tf.sub(dP, tf.sum(tf.mul(dP, p), -1, true)), 1 / Math.sqrt(size)));
    });
    const padded = (x: Tensor4D): Tensor4D => tf.pad(x, [[0, 0], [0, 0], [block.low, keys - block.end], [0, 0]]);
    return [
      tf.reshape(tf.matMul(dScores, k), [batch, heads, block.count, size] as Shape4),
      padded(tf.matMul(dScores, q, true, false)), padded(tf.matMul(p, dy, true, false)),
    ] as [Tensor, Tensor, Tensor];
  });
  return { dq, dk, dv };
}

/** What is added to the scores of a block, [B, 1, T, S]: 0 where the query sees the key, else very little. And whether each query sees any key, [B, 1, T, 1]; undefined when all do. */
function maskOf({ from, count, low, end }: Block, { batch, queries, keys }: Sizes, { firstKey_N }: AttentionSpec): { readonly bias: Tensor; readonly sees: Tensor | undefined } {
  const [first, last] = [new Float32Array(batch * count), new Float32Array(batch * count)];
  for (let row = 0; row < batch * count; row++) {
    const query = from + (row % count);
    first[row] = firstKey_N[Math.floor(row / count) * queries + query]!;
    last[row] = keys - queries + query;
  }
  const column = (values: Float32Array): Tensor => tf.tensor(values, [batch, 1, count, 1]);
  const key = tf.range(low, end);
  const bias = tf.tidy(() => {
    const hidden = tf.logicalOr(tf.less(key, column(first)), tf.greater(key, column(last)));
    return tf.mul(tf.cast(hidden, 'float32'), -1e9);
  });
  const sees = first.map((value, row) => (value <= last[row]! ? 1 : 0));
  return { bias, sees: sees.includes(0) ? column(sees) : undefined };
}

function joined(parts: readonly Tensor[]): Tensor {
  return parts.length === 1 ? parts[0]! : tf.concat([...parts], 2);
}

function addUp(sum: Tensor | undefined, own: Tensor): Tensor {
  if (sum === undefined) return own;
  const next = tf.add(sum, own);
  tf.dispose([sum, own]);
  return next;
}
