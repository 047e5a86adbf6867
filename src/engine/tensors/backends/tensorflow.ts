// The `tensorflow` backend: TensorFlow itself, on NVIDIA GPUs and natively on the CPU, through the addon of
// @tensorflow/tfjs-node-gpu. That package brings its own copy of tfjs; copies of one version share one engine.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { availableParallelism } from 'node:os';
import util from 'node:util';
import { findPart, requireFromPart } from '../../parts/installed';

/** What we use of tfjs-node's NodeJSKernelBackend. */
interface NodeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: { readonly TF_ATTR_TYPE: number; readonly TF_ATTR_BOOL: number; readonly TF_FLOAT: number; readonly TF_INT32: number; readonly TF_Version: string };
  executeMultipleOutputs(name: string, attributes: readonly object[], inputs: readonly TensorInfo[], outputs: number): Tensor[];
}

let isLoaded = false;

/** Makes it the backend of this thread; says what computes. Throws a UserError when the part is not installed. */
export function openTensorFlow(): { readonly device: string; readonly threads: number } {
  if (!isLoaded) {
    // The package was written for functions that Node has since removed.
    const old = util as unknown as Record<string, unknown>;
    old['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
    old['isArray'] ??= Array.isArray;
    process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'; // its notices would land in the output of the command line
    requireFromPart('tensorflow', '@tensorflow/tfjs-node-gpu');
    isLoaded = true;
  }
  void tf.setBackend('tensorflow'); // registered by the package, and there at once
  const { isUsingGpuDevice, binding } = nodeBackend();
  const where = isUsingGpuDevice ? 'GPU' : 'CPU';
  const variant = findPart('tensorflow')?.variant;
  return { device: `${where} (TensorFlow ${binding.TF_Version}${variant === undefined ? '' : `, ${variant}`})`, threads: isUsingGpuDevice ? 1 : availableParallelism() };
}

function nodeBackend(): NodeBackend {
  return tf.backend() as unknown as NodeBackend;
}

/** Cross-entropy of each row [N] and its gradient by the logits [N, V], in one kernel. */
export function sparseSoftmaxCrossEntropy(logits_NV: Tensor, targets_N: Tensor): [Tensor, Tensor] {
  const { binding } = nodeBackend();
  const attributes = [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'Tlabels', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
  ];
  return nodeBackend().executeMultipleOutputs('SparseSoftmaxCrossEntropyWithLogits', attributes, [logits_NV, targets_N], 2) as [Tensor, Tensor];
}
