// A linear layer without bias, weights laid out as Hugging Face stores them.
// Legend: N rows, I input features, O output features.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { differentiable, expectShape } from '../differentiable';
import { wasmHeap } from '../heap';
import type { WasmHeap } from '../heap';

/** Up to this many rows the weight is read where it lies; packing it would cost more. */
const fewRows = 3;

/** y_NO = x_NI · weight_OIᵀ. A weight that is a Variable marked not trainable costs no gradient. */
export function linear(x_NI: Tensor2D, weight_OI: Tensor2D): Tensor2D {
  const heap = wasmHeap();
  if (heap === undefined) return linearReference(x_NI, weight_OI);
  expectShape('The input of a linear layer', x_NI, [x_NI.shape[0], x_NI.shape[1]]);
  expectShape('The weight of a linear layer', weight_OI, [weight_OI.shape[0], x_NI.shape[1]]);
  const isFrozen = weight_OI instanceof tf.Variable && !weight_OI.trainable;
  return differentiable<Tensor2D>({
    inputs: isFrozen ? [x_NI] : [x_NI, weight_OI],
    forward: (_record, save) => {
      save(isFrozen ? [weight_OI] : [weight_OI, x_NI]);
      return forward(heap, x_NI, weight_OI);
    },
    backward: (dy_NO, saved) => {
      const [weight, x] = saved as [Tensor2D, Tensor2D?];
      const dx_NI = gradientByInput(heap, dy_NO, weight);
      return x === undefined ? [dx_NI] : [dx_NI, gradientByWeight(heap, dy_NO, x)];
    },
  });
}

export function linearReference(x_NI: Tensor2D, weight_OI: Tensor2D): Tensor2D {
  return tf.matMul(x_NI, weight_OI, false, true);
}

function forward(heap: WasmHeap, x_NI: Tensor2D, weight_OI: Tensor2D): Tensor2D {
  const [rows, inputs] = x_NI.shape;
  const outputs = weight_OI.shape[0];
  const y_NO = heap.outputMatrix(rows, outputs);
  const x = heap.pointer(x_NI);
  const weight = heap.pointer(weight_OI);
  if (rows <= fewRows) heap.kernels.linearFewRows(x, weight, heap.pointer(y_NO), rows, outputs, inputs);
  else heap.kernels.gemm(x, inputs, 1, weight, 1, inputs, heap.pointer(y_NO), outputs, rows, outputs, inputs, false, heap.gemmScratch);
  return y_NO;
}

/** dx_NI = dy_NO · weight_OI. */
function gradientByInput(heap: WasmHeap, dy_NO: Tensor2D, weight_OI: Tensor2D): Tensor2D {
  const [outputs, inputs] = weight_OI.shape;
  const rows = dy_NO.shape[0];
  const dx_NI = heap.outputMatrix(rows, inputs);
  heap.kernels.gemm(
    heap.pointer(dy_NO), outputs, 1, heap.pointer(weight_OI), inputs, 1, heap.pointer(dx_NI), inputs, rows, inputs, outputs, false, heap.gemmScratch,
  );
  return dx_NI;
}

/** dWeight_OI = dy_NOᵀ · x_NI. */
function gradientByWeight(heap: WasmHeap, dy_NO: Tensor2D, x_NI: Tensor2D): Tensor2D {
  const [rows, inputs] = x_NI.shape;
  const outputs = dy_NO.shape[1];
  const dWeight_OI = heap.outputMatrix(outputs, inputs);
  heap.kernels.gemm(
    heap.pointer(dy_NO), 1, outputs, heap.pointer(x_NI), inputs, 1, heap.pointer(dWeight_OI), inputs, outputs, inputs, rows, false, heap.gemmScratch,
  );
  return dWeight_OI;
}
