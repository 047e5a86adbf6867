// The gated activation of Mistral's feed-forward layer (Shazeer 2020, "GLU Variants Improve Transformer").
// Legend: N rows, F intermediate features.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';

/** silu(gate) · up with silu(g) = g · sigmoid(g). */
export function swiglu(gate_NF: Tensor2D, up_NF: Tensor2D): Tensor2D {
  return swigluReference(gate_NF, up_NF);
}

export function swigluReference(gate_NF: Tensor2D, up_NF: Tensor2D): Tensor2D {
  return tf.mul(tf.mul(gate_NF, tf.sigmoid(gate_NF)), up_NF);
}
