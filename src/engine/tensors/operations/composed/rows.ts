// Picking rows and adding rows up by number on the device.
// Legend: N rows, V vocabulary, A rows of assignments, D hidden.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { activeBackend } from '../../backends/active';
import { differentiable } from '../../differentiable';

export function embeddingComposed(weight_VD: Tensor2D, ids_N: Tensor1D, frozenId?: number): Tensor2D {
  const vocabularySize = weight_VD.shape[0];
  return differentiable<Tensor2D>({
    inputs: [weight_VD],
    forward: (_record, save) => {
      save([ids_N]);
      return tf.gather(weight_VD, ids_N);
    },
    backward: (dx_ND, [ids]) => tf.tidy(() => {
      const learns_N = frozenId === undefined ? undefined : tf.cast(tf.notEqual(ids!, tf.scalar(frozenId, 'int32')), 'float32');
      const counted_ND = learns_N === undefined ? dx_ND : tf.mul<Tensor2D>(dx_ND, tf.expandDims(learns_N, 1));
      return [addRows(counted_ND, ids as Tensor1D, vocabularySize)];
    }),
  });
}

/** y [count, D]: row n of x is added to row index_N[n]. The segment sum of webgpu would read the numbers back. */
function addRows(x_ND: Tensor2D, index_N: Tensor1D, count: number): Tensor2D {
  if (activeBackend() !== 'webgpu') return tf.unsortedSegmentSum<Tensor2D>(x_ND, index_N, count);
  return tf.scatterND(tf.expandDims(index_N, 1), x_ND, [count, x_ND.shape[1]]);
}

export function combineRowsComposed(x_AD: Tensor2D, weight_A: Tensor1D, row_A: Int32Array, rows: number): Tensor2D {
  const rowOf = (): Tensor1D => tf.tensor1d(row_A, 'int32');
  return differentiable<Tensor2D>({
    inputs: [x_AD, weight_A],
    forward: (_record, save) => {
      save([x_AD, weight_A]);
      return tf.tidy(() => addRows(tf.mul(x_AD, tf.expandDims(weight_A, 1)), rowOf(), rows));
    },
    backward: (dy_ND, [x, weight]) => tf.tidy(() => {
      const dy_AD = tf.gather(dy_ND, rowOf());
      return [tf.mul(dy_AD, tf.expandDims(weight!, 1)), tf.sum(tf.mul(dy_AD, x!), 1)];
    }),
  });
}
