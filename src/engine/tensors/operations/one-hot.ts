// Rows that are one at an index and zero elsewhere, for references. tfjs's own refuses a depth of one and gives no floats.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';

/** oneHot_ND with 1 at [n, index_N[n]]; where the index is `zero`, nothing. */
export function oneHot(index_N: ArrayLike<number>, depth: number, zero?: number): Tensor2D {
  const values = new Float32Array(index_N.length * depth);
  for (let n = 0; n < index_N.length; n++) if (index_N[n] !== zero) values[n * depth + index_N[n]!] = 1;
  return tf.tensor2d(values, [index_N.length, depth]);
}
