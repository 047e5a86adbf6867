// Cross-entropy of next-token targets, given as integers.
// Legend: N rows, V vocabulary.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';

/** scale · Σ −log softmax(logits)[target] over the rows whose target is not −1; the other rows get no gradient. */
export function crossEntropySum(logits_NV: Tensor2D, targets_N: Int32Array, scale: number): Scalar {
  return crossEntropySumReference(logits_NV, targets_N, scale);
}

export function crossEntropySumReference(logits_NV: Tensor2D, targets_N: Int32Array, scale: number): Scalar {
  const target_NV = tf.cast(tf.oneHot(tf.tensor1d(targets_N, 'int32'), logits_NV.shape[1]), 'float32');
  return tf.mul(tf.sum(tf.mul(tf.logSoftmax(logits_NV), target_NV)), -scale);
}
