// A linear layer without bias, weights laid out as Hugging Face stores them.
// Legend: N rows, I input features, O output features.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';

/** y_NO = x_NI · weight_OIᵀ. */
export function linear(x_NI: Tensor2D, weight_OI: Tensor2D): Tensor2D {
  return linearReference(x_NI, weight_OI);
}

export function linearReference(x_NI: Tensor2D, weight_OI: Tensor2D): Tensor2D {
  return tf.matMul(x_NI, weight_OI, false, true);
}
