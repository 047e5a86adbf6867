// Sums over gradients: the squared norm, in double precision, and accumulation over micro-batches in place.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { expectShape } from '../differentiable';
import { wasmHeap } from '../heap';

/** Σ x², accumulated in doubles: tfjs's own wasm sum drifts by 6e-5 over 100,000 elements. */
export function sumOfSquares(x: Tensor): number {
  const heap = wasmHeap();
  return heap === undefined ? sumOfSquaresReference(x) : heap.kernels.sumOfSquares(heap.pointer(x), x.size);
}

export function sumOfSquaresReference(x: Tensor): number {
  let sum = 0;
  for (const value of x.dataSync()) sum += value * value;
  return sum;
}

/** accumulator += x, for two tensors of one shape; on wasm where it lies, as `adamwUpdate` does. */
export function addInPlace(accumulator: Variable, x: Tensor): void {
  expectShape('What is added', x, accumulator.shape);
  const heap = wasmHeap();
  if (heap === undefined) addInPlaceReference(accumulator, x);
  else heap.kernels.addInPlace(heap.pointer(accumulator), heap.pointer(x), x.size);
}

export function addInPlaceReference(accumulator: Variable, x: Tensor): void {
  tf.tidy(() => {
    accumulator.assign(tf.add(accumulator, x));
  });
}
