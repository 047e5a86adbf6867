// A linear layer, weights laid out as Hugging Face stores them, with a bias where the architecture has one.
// Legend: N rows, I input features, O output features.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { differentiable, expectShape } from '../differentiable';
import { wasmHeap } from '../heap';
import type { WasmHeap } from '../heap';
import { multiply, multiplyBack, multiplyOut } from './products';

/** y_NO = x_NI · weight_OIᵀ + bias_O. A weight or bias that is a Variable marked not trainable costs no gradient. */
export function linear(x_NI: Tensor2D, weight_OI: Tensor2D, bias_O?: Tensor1D): Tensor2D {
  const heap = wasmHeap();
  if (heap === undefined) return linearReference(x_NI, weight_OI, bias_O);
  expectShape('The input of a linear layer', x_NI, [x_NI.shape[0], x_NI.shape[1]]);
  expectShape('The weight of a linear layer', weight_OI, [weight_OI.shape[0], x_NI.shape[1]]);
  if (bias_O !== undefined) expectShape('The bias of a linear layer', bias_O, [weight_OI.shape[0]]);
  return linearKernel(heap, x_NI, weight_OI, bias_O);
}

/** Whether a gradient by this tensor is wanted. */
export function isTrained(x: Tensor): boolean {
  return !(x instanceof tf.Variable) || x.trainable;
}

function linearKernel(heap: WasmHeap, x_NI: Tensor2D, weight_OI: Tensor2D, bias_O: Tensor1D | undefined): Tensor2D {
  const [rows, inputs] = x_NI.shape;
  const outputs = weight_OI.shape[0];
  const trainsWeight = isTrained(weight_OI);
  const trainsBias = bias_O !== undefined && isTrained(bias_O);
  return differentiable<Tensor2D>({
    inputs: [x_NI, ...(trainsWeight ? [weight_OI] : []), ...(trainsBias ? [bias_O] : [])],
    forward: (_record, save) => {
      save(trainsWeight ? [weight_OI, x_NI] : [weight_OI]);
      const y_NO = heap.outputMatrix(rows, outputs);
      multiply(heap, { x_NI: heap.pointer(x_NI), weight_OI: heap.pointer(weight_OI), y_NO: heap.pointer(y_NO), rows, inputs, outputs });
      if (bias_O !== undefined) heap.kernels.addToRows(heap.pointer(y_NO), heap.pointer(bias_O), rows, outputs);
      return y_NO;
    },
    backward: (dy_NO, saved) => {
      const [weight, x] = saved as [Tensor2D, Tensor2D?];
      const sizes = { y_NO: heap.pointer(dy_NO), rows, inputs, outputs };
      const dx_NI = heap.outputMatrix(rows, inputs);
      multiplyBack(heap, { ...sizes, x_NI: heap.pointer(dx_NI), weight_OI: heap.pointer(weight) });
      const gradients: Tensor[] = [dx_NI];
      if (x !== undefined) {
        const dWeight_OI = heap.outputMatrix(outputs, inputs);
        multiplyOut(heap, { ...sizes, y_NO: heap.pointer(dy_NO), x_NI: heap.pointer(x), weight_OI: heap.pointer(dWeight_OI) });
        gradients.push(dWeight_OI);
      }
      if (trainsBias) {
        const dBias_O = heap.output([outputs]);
        heap.kernels.sumOfRows(heap.pointer(dy_NO), heap.pointer(dBias_O), rows, outputs);
        gradients.push(dBias_O);
      }
      return gradients;
    },
  });
}

export function linearReference(x_NI: Tensor2D, weight_OI: Tensor2D, bias_O?: Tensor1D): Tensor2D {
  const y_NO = tf.matMul<Tensor2D>(x_NI, weight_OI, false, true);
  return bias_O === undefined ? y_NO : tf.add(y_NO, bias_O);
}
