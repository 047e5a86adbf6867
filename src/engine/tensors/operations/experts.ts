// The two operations a layer of experts needs beside the usual ones: a linear layer whose rows each have their expert's
// weight, and the weighted sum that brings the experts' rows back to their tokens. Only chosen experts are computed.
// Legend: N rows of tokens, A rows of assignments in the order of `Routing`, E experts, I inputs, O outputs, D hidden.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { isComposed } from '../backends/active';
import { differentiable, expectShape } from '../differentiable';
import { wasmHeap } from '../heap';
import type { WasmHeap } from '../heap';
import { groupedLinearComposed } from './composed/experts';
import { combineRowsComposed } from './composed/rows';
import { embedding } from './embedding';
import { isTrained } from './linear';
import { oneHot } from './one-hot';
import { multiply, multiplyBack, multiplyOut, type Product } from './products';
import { isOnDevice, type DeviceRouting, type HostRouting, type Routing } from './router';
import { combineRowsWebgpu, groupedLinearWebgpu, rowsOfExpertsWebgpu } from './wgsl/experts';

/** y_AO: rows offsets[e] … offsets[e + 1] of x_AI times weight e, [O, I]ᵀ. An expert without rows gets a gradient of zeros. */
export function groupedLinear(x_AI: Tensor2D, weights_OI: readonly Tensor2D[], routing: Pick<HostRouting, 'offsets'> | DeviceRouting): Tensor2D {
  const [assignments, inputs] = x_AI.shape;
  if (isOnDevice(routing)) return groupedLinearWebgpu(x_AI, weights_OI, routing.offsets);
  const { offsets } = routing;
  if (offsets.length !== weights_OI.length + 1 || offsets[weights_OI.length] !== assignments) {
    throw new Error(`${weights_OI.length} experts do not share out ${assignments} rows at ${offsets.join(', ')}.`);
  }
  for (const weight of weights_OI) expectShape('The weight of an expert', weight, [weights_OI[0]!.shape[0], inputs]);
  const heap = wasmHeap();
  if (heap !== undefined) return groupedLinearKernel(heap, x_AI, weights_OI, offsets);
  return (isComposed() ? groupedLinearComposed : groupedLinearReference)(x_AI, weights_OI, offsets);
}

function groupedLinearKernel(heap: WasmHeap, x_AI: Tensor2D, weights_OI: readonly Tensor2D[], offsets: Int32Array): Tensor2D {
  const [assignments, inputs] = x_AI.shape;
  const outputs = weights_OI[0]!.shape[0];
  expectShape('The input of the experts', x_AI, [assignments, inputs]);
  const trained = weights_OI.map(isTrained);
  /** The product of each expert that has rows; pointers move to its first row. */
  const eachGroup = (x: Tensor, weights: readonly (Tensor | undefined)[], y: Tensor, use: (heap: WasmHeap, product: Product) => void): void => {
    weights.forEach((weight, e) => {
      const [first, end] = [offsets[e]!, offsets[e + 1]!];
      if (weight === undefined || first === end) return;
      use(heap, {
        x_NI: heap.pointer(x) + 4 * first * inputs, weight_OI: heap.pointer(weight), y_NO: heap.pointer(y) + 4 * first * outputs,
        rows: end - first, inputs, outputs,
      });
    });
  };
  return differentiable<Tensor2D>({
    inputs: [x_AI, ...weights_OI.filter((_, e) => trained[e])],
    forward: (_record, save) => {
      save([x_AI, ...weights_OI]);
      const y_AO = heap.outputMatrix(assignments, outputs);
      eachGroup(x_AI, weights_OI, y_AO, multiply);
      return y_AO;
    },
    backward: (dy_AO, [x, ...weights]) => {
      const dx_AI = heap.outputMatrix(assignments, inputs);
      eachGroup(dx_AI, weights, dy_AO, multiplyBack);
      const dWeights = weights.map((weight, e) => {
        if (!trained[e]) return undefined;
        return offsets[e] === offsets[e + 1] ? tf.zerosLike(weight) : heap.outputLike(weight);
      });
      eachGroup(x!, dWeights, dy_AO, multiplyOut);
      return [dx_AI, ...dWeights.filter((gradient) => gradient !== undefined)];
    },
  });
}

export function groupedLinearReference(x_AI: Tensor2D, weights_OI: readonly Tensor2D[], offsets: Int32Array): Tensor2D {
  const parts = weights_OI.map((weight, e) => {
    const rows = tf.slice(x_AI, [offsets[e]!, 0], [offsets[e + 1]! - offsets[e]!, -1]);
    return rows.shape[0] === 0 ? undefined : tf.matMul<Tensor2D>(rows, weight, false, true);
  });
  return tf.concat(parts.filter((part) => part !== undefined), 0);
}

/** x_AD: the row of each assignment. */
export function rowsOfExperts(x_ND: Tensor2D, routing: Routing): Tensor2D {
  return isOnDevice(routing) ? rowsOfExpertsWebgpu(x_ND, routing) : embedding(x_ND, tf.tensor1d(routing.row_A, 'int32'));
}

/** y_ND = Σ weight_A · x_AD over the assignments whose row_A is the row. */
export function combineRows(x_AD: Tensor2D, weight_A: Tensor1D, routing: Pick<HostRouting, 'row_A'> | DeviceRouting, rows: number): Tensor2D {
  if (isOnDevice(routing)) return combineRowsWebgpu(x_AD, weight_A, routing);
  const { row_A } = routing;
  const heap = wasmHeap();
  expectShape('The weights of the experts', weight_A, [row_A.length]);
  expectShape('The rows of the experts', x_AD, [row_A.length, x_AD.shape[1]]);
  if (heap !== undefined) return combineRowsKernel(heap, x_AD, weight_A, row_A, rows);
  return isComposed() ? combineRowsComposed(x_AD, weight_A, row_A, rows) : combineRowsReference(x_AD, weight_A, row_A, rows);
}

function combineRowsKernel(heap: WasmHeap, x_AD: Tensor2D, weight_A: Tensor1D, row_A: Int32Array, rows: number): Tensor2D {
  const [assignments, size] = x_AD.shape;
  return differentiable<Tensor2D>({
    inputs: [x_AD, weight_A],
    forward: (_record, save) => {
      save([x_AD, weight_A]);
      const rowOf = heap.integers('rows', row_A);
      const y_ND = heap.outputMatrix(rows, size);
      heap.kernels.combineRows(heap.pointer(x_AD), heap.pointer(weight_A), rowOf, heap.pointer(y_ND), assignments, rows, size);
      return y_ND;
    },
    backward: (dy_ND, [x, weight]) => {
      const rowOf = heap.integers('rows', row_A);
      const dx_AD = heap.outputMatrix(assignments, size);
      const dWeight_A = heap.output([assignments]);
      heap.kernels.combineRowsGradient(
        heap.pointer(x!), heap.pointer(weight!), rowOf, heap.pointer(dy_ND), heap.pointer(dx_AD), heap.pointer(dWeight_A), assignments, size,
      );
      return [dx_AD, dWeight_A];
    },
  });
}

export function combineRowsReference(x_AD: Tensor2D, weight_A: Tensor1D, row_A: Int32Array, rows: number): Tensor2D {
  return tf.matMul<Tensor2D>(oneHot(row_A, rows), tf.mul(x_AD, tf.expandDims(weight_A, 1)), true, false);
}
