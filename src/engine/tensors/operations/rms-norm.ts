// Root mean square layer normalisation (Zhang and Sennrich 2019, equation 4), as Mistral and Llama use it.
// Legend: N rows, D hidden.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';

/** y_ND = x / sqrt(mean(x²) + epsilon) · weight_D, the mean over each row. */
export function rmsNorm(x_ND: Tensor2D, weight_D: Tensor1D, epsilon: number): Tensor2D {
  return rmsNormReference(x_ND, weight_D, epsilon);
}

export function rmsNormReference(x_ND: Tensor2D, weight_D: Tensor1D, epsilon: number): Tensor2D {
  const meanSquare_N1 = tf.mean(tf.square(x_ND), -1, true);
  return tf.mul(tf.mul(x_ND, tf.rsqrt(tf.add(meanSquare_N1, epsilon))), weight_D);
}
