// Sums and reshapes that keep nothing for the backward pass: tfjs's own save their operands, which is as much again as
// all activations of a decoder.
import * as tf from '@tensorflow/tfjs-core';
import type { Rank, ShapeMap, Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from '../differentiable';
import { wasmHeap } from '../heap';
import { withSharedClones } from '../saving';

/** x + y, for two tensors of one shape. */
export function add<T extends Tensor>(x: T, y: T): T {
  if (x.dtype !== 'float32' || y.dtype !== 'float32' || !tf.util.arraysEqual(x.shape, y.shape)) {
    throw new Error(`A sum of ${x.dtype} [${x.shape.join(', ')}] and ${y.dtype} [${y.shape.join(', ')}], where two float32 of one shape were expected.`);
  }
  const heap = wasmHeap();
  if (heap === undefined) return addReference(x, y);
  return differentiable<T>({
    inputs: [x, y],
    forward: () => {
      const sum = heap.outputLike(x);
      heap.kernels.add(heap.pointer(x), heap.pointer(y), heap.pointer(sum), x.size);
      return sum;
    },
    backward: (dSum) => withSharedClones(() => [tf.clone(dSum), tf.clone(dSum)]),
  });
}

export function addReference<T extends Tensor>(x: T, y: T): T {
  return tf.add(x, y);
}

/** The same elements in their order under another shape; on wasm the same data. */
export function reshape<R extends Rank>(x: Tensor, shape: ShapeMap[R]): Tensor<R> {
  if (wasmHeap() === undefined) return tf.reshape(x, shape);
  const before = x.shape;
  return differentiable<Tensor<R>>({
    inputs: [x],
    forward: () => tf.reshape(x, shape),
    backward: (dy) => [tf.reshape(dy, before)],
  });
}
