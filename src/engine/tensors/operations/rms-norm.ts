// Root mean square layer normalisation (Zhang and Sennrich 2019, equation 4), as Mistral and Llama use it.
// Legend: N rows, D hidden.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { isComposed } from '../backends/active';
import { differentiable, expectShape } from '../differentiable';
import { wasmHeap } from '../heap';
import type { WasmHeap } from '../heap';
import { rmsNormComposed } from './composed/feed-forward';

/** y_ND = x / sqrt(mean(x²) + epsilon) · weight_D, the mean over each row. */
export function rmsNorm(x_ND: Tensor2D, weight_D: Tensor1D, epsilon: number): Tensor2D {
  const heap = wasmHeap();
  if (heap !== undefined) return rmsNormKernel(heap, x_ND, weight_D, epsilon);
  return isComposed() ? rmsNormComposed(x_ND, weight_D, epsilon) : rmsNormReference(x_ND, weight_D, epsilon);
}

function rmsNormKernel(heap: WasmHeap, x_ND: Tensor2D, weight_D: Tensor1D, epsilon: number): Tensor2D {
  const [rows, size] = x_ND.shape;
  expectShape('The input of a norm', x_ND, [rows, size]);
  expectShape('The weight of a norm', weight_D, [size]);
  return differentiable<Tensor2D>({
    inputs: [x_ND, weight_D],
    forward: (_record, save) => {
      save([x_ND, weight_D]);
      const y_ND = heap.outputLike(x_ND);
      heap.kernels.rmsNorm(heap.pointer(x_ND), heap.pointer(weight_D), heap.pointer(y_ND), rows, size, epsilon);
      return y_ND;
    },
    backward: (dy_ND, [x, weight]) => {
      const dx_ND = heap.outputLike(dy_ND);
      const dWeight_D = heap.output([size]);
      heap.kernels.rmsNormGradient(
        heap.pointer(x!), heap.pointer(weight!), heap.pointer(dy_ND), heap.pointer(dx_ND), heap.pointer(dWeight_D), rows, size, epsilon,
      );
      return [dx_ND, dWeight_D];
    },
  });
}

export function rmsNormReference(x_ND: Tensor2D, weight_D: Tensor1D, epsilon: number): Tensor2D {
  const meanSquare_N1 = tf.mean(tf.square(x_ND), -1, true);
  return tf.mul(tf.mul(x_ND, tf.rsqrt(tf.add(meanSquare_N1, epsilon))), weight_D);
}
