// Cross-entropy by TensorFlow's own kernel, which gives the loss of each row and its gradient together.
// Legend: N rows, V vocabulary.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { sparseSoftmaxCrossEntropy } from '../../backends/tensorflow';
import { differentiable } from '../../differentiable';

export function crossEntropySumTensorFlow(logits_NV: Tensor2D, targets_N: Int32Array, scale: number): Scalar {
  return differentiable<Scalar>({
    inputs: [logits_NV],
    forward: (record, save) => {
      const [sum, gradient] = tf.tidy(() => {
        const weight_N = tf.tensor1d(Float32Array.from(targets_N, (target) => (target < 0 ? 0 : scale)));
        const [loss_N, dLogits_NV] = sparseSoftmaxCrossEntropy(logits_NV, tf.tensor1d(targets_N.map((target) => Math.max(0, target)), 'int32'));
        return [tf.sum(tf.mul(loss_N, weight_N)), ...(record ? [tf.mul(dLogits_NV, tf.expandDims(weight_N, 1))] : [])] as [Scalar, Tensor?];
      });
      if (gradient !== undefined) {
        save([gradient]);
        gradient.dispose();
      }
      return sum;
    },
    backward: (dLoss, [gradient]) => [tf.mul(gradient!, dLoss)],
  });
}
