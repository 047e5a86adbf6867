// The gated activation of Mistral's feed-forward layer (Shazeer 2020, "GLU Variants Improve Transformer").
// Legend: N rows, F intermediate features.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { isComposed } from '../backends/active';
import { differentiable, expectShape } from '../differentiable';
import { wasmHeap } from '../heap';
import type { WasmHeap } from '../heap';
import { swigluComposed } from './composed/feed-forward';

/** silu(gate) · up with silu(g) = g · sigmoid(g). */
export function swiglu(gate_NF: Tensor2D, up_NF: Tensor2D): Tensor2D {
  const heap = wasmHeap();
  if (heap !== undefined) return swigluKernel(heap, gate_NF, up_NF);
  return isComposed() ? swigluComposed(gate_NF, up_NF) : swigluReference(gate_NF, up_NF);
}

function swigluKernel(heap: WasmHeap, gate_NF: Tensor2D, up_NF: Tensor2D): Tensor2D {
  expectShape('The gate', gate_NF, up_NF.shape);
  expectShape('The up projection', up_NF, gate_NF.shape);
  return differentiable<Tensor2D>({
    inputs: [gate_NF, up_NF],
    forward: (_record, save) => {
      save([gate_NF, up_NF]);
      const y_NF = heap.outputLike(gate_NF);
      heap.kernels.swiglu(heap.pointer(gate_NF), heap.pointer(up_NF), heap.pointer(y_NF), gate_NF.size);
      return y_NF;
    },
    backward: (dy_NF, [gate, up]) => {
      const dGate_NF = heap.outputLike(dy_NF);
      const dUp_NF = heap.outputLike(dy_NF);
      heap.kernels.swigluGradient(
        heap.pointer(gate!), heap.pointer(up!), heap.pointer(dy_NF), heap.pointer(dGate_NF), heap.pointer(dUp_NF), dy_NF.size,
      );
      return [dGate_NF, dUp_NF];
    },
  });
}

export function swigluReference(gate_NF: Tensor2D, up_NF: Tensor2D): Tensor2D {
  return tf.mul(tf.mul(gate_NF, tf.sigmoid(gate_NF)), up_NF);
}
