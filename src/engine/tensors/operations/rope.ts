// Rotary position embedding (Su et al. 2021) in the rotate-half layout of Hugging Face transformers, in which feature j
// turns together with feature j + h/2.
// Legend: N rows, H heads, h head size (even), h2 = h/2.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';

/** Turns every head of row n by the angles whose cosines and sines row n of the tables holds. */
export function rope(x_NHh: Tensor3D, cos_Nh2: Tensor2D, sin_Nh2: Tensor2D): Tensor3D {
  return ropeReference(x_NHh, cos_Nh2, sin_Nh2);
}

export function ropeReference(x_NHh: Tensor3D, cos_Nh2: Tensor2D, sin_Nh2: Tensor2D): Tensor3D {
  const [first, second] = tf.split(x_NHh, 2, -1) as [Tensor3D, Tensor3D];
  const cos = tf.expandDims(cos_Nh2, 1);
  const sin = tf.expandDims(sin_Nh2, 1);
  const turned = [tf.sub(tf.mul(first, cos), tf.mul(second, sin)), tf.add(tf.mul(second, cos), tf.mul(first, sin))];
  return tf.concat<Tensor3D>(turned as [Tensor3D, Tensor3D], -1);
}
