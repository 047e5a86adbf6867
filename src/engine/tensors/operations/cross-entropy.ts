// Cross-entropy of next-token targets, given as integers.
// Legend: N rows, V vocabulary.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { activeBackend } from '../backends/active';
import { differentiable, expectShape } from '../differentiable';
import { wasmHeap } from '../heap';
import type { WasmHeap } from '../heap';
import { crossEntropySumTensorFlow } from './composed/cross-entropy';
import { crossEntropySumWebgpu } from './wgsl/rows';

/** scale · Σ −log softmax(logits)[target] over the rows whose target is not −1; the other rows get no gradient. */
export function crossEntropySum(logits_NV: Tensor2D, targets_N: Int32Array, scale: number): Scalar {
  expectTargets(logits_NV, targets_N);
  const heap = wasmHeap();
  if (heap !== undefined) return crossEntropySumKernel(heap, logits_NV, targets_N, scale);
  switch (activeBackend()) {
    case 'tensorflow': return crossEntropySumTensorFlow(logits_NV, targets_N, scale);
    case 'webgpu': return crossEntropySumWebgpu(logits_NV, targets_N, scale);
    case 'cpu':
    case 'wasm': return crossEntropySumReference(logits_NV, targets_N, scale);
  }
}

/** One target a row, each −1 or a token of the vocabulary. */
export function expectTargets(logits_NV: Tensor2D, targets_N: Int32Array): void {
  const [rows, vocabularySize] = logits_NV.shape;
  expectShape('The logits', logits_NV, [rows, vocabularySize]);
  if (targets_N.length !== rows) throw new Error(`${targets_N.length} targets were given for ${rows} rows of logits.`);
  const bad = targets_N.findIndex((target) => target < -1 || target >= vocabularySize);
  if (bad >= 0) throw new Error(`The target of row ${bad}, ${targets_N[bad]!}, is outside the vocabulary of ${vocabularySize}.`);
}

function crossEntropySumKernel(heap: WasmHeap, logits_NV: Tensor2D, targets_N: Int32Array, scale: number): Scalar {
  const [rows, vocabularySize] = logits_NV.shape;
  return differentiable<Scalar>({
    inputs: [logits_NV],
    forward: (_record, save) => {
      const normaliser_N = heap.output([rows]);
      const targets = heap.integers('targets', targets_N);
      const sum = heap.kernels.crossEntropy(heap.pointer(logits_NV), targets, heap.pointer(normaliser_N), rows, vocabularySize);
      save([logits_NV, normaliser_N]);
      normaliser_N.dispose();
      return tf.scalar(scale * sum);
    },
    backward: (dLoss, [logits, normaliser]) => {
      const dLogits_NV = heap.outputMatrix(rows, vocabularySize);
      heap.kernels.crossEntropyGradient(
        heap.pointer(logits!), heap.integers('targets', targets_N), heap.pointer(normaliser!), heap.pointer(dLoss), heap.pointer(dLogits_NV),
        rows, vocabularySize, scale,
      );
      return [dLogits_NV];
    },
  });
}

export function crossEntropySumReference(logits_NV: Tensor2D, targets_N: Int32Array, scale: number): Scalar {
  const target_NV = tf.cast(tf.oneHot(tf.tensor1d(targets_N, 'int32'), logits_NV.shape[1]), 'float32');
  return tf.mul(tf.sum(tf.mul(tf.logSoftmax(logits_NV), target_NV)), -scale);
}
