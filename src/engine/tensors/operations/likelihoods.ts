// Log-likelihoods of given tokens: what scoring reads off a model. In double precision, on webgpu in single.
// Legend: N rows, V vocabulary.
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { activeBackend } from '../backends/active';
import { wasmHeap } from '../heap';
import type { WasmHeap } from '../heap';
import { expectTargets } from './cross-entropy';
import { likelihoodsWebgpu } from './wgsl/rows';

export interface TokenLikelihoods {
  /** log softmax(logits)[target] in nats for each row; 0 where the target is −1. */
  readonly logLikelihood: Float64Array;
  /** 1 where the target is the first of the most likely tokens; 0 where the target is −1. */
  readonly isGreedy: Uint8Array;
}

export function tokenLogLikelihoods(logits_NV: Tensor2D, targets_N: Int32Array): TokenLikelihoods {
  expectTargets(logits_NV, targets_N);
  const heap = wasmHeap();
  return heap === undefined ? tokenLogLikelihoodsReference(logits_NV, targets_N) : tokenLogLikelihoodsKernel(heap, logits_NV, targets_N);
}

/** As tokenLogLikelihoods, on a backend that cannot be read synchronously too. The logits are disposed. */
export async function takeLogLikelihoods(logits_NV: Tensor2D, targets_N: Int32Array): Promise<TokenLikelihoods> {
  try {
    if (activeBackend() !== 'webgpu') return tokenLogLikelihoods(logits_NV, targets_N);
    expectTargets(logits_NV, targets_N);
    const told = likelihoodsWebgpu(logits_NV, targets_N);
    const values = await told.data<'float32'>();
    told.dispose();
    return { logLikelihood: Float64Array.from(targets_N, (_, row) => values[2 * row]!), isGreedy: Uint8Array.from(targets_N, (_, row) => values[2 * row + 1]!) };
  } finally {
    logits_NV.dispose();
  }
}

function tokenLogLikelihoodsKernel(heap: WasmHeap, logits_NV: Tensor2D, targets_N: Int32Array): TokenLikelihoods {
  const [rows, vocabularySize] = logits_NV.shape;
  const likelihood = heap.scratch('likelihood', rows * 9);
  const isGreedy = likelihood + rows * 8;
  heap.kernels.logLikelihoods(heap.pointer(logits_NV), heap.integers('targets', targets_N), likelihood, isGreedy, rows, vocabularySize);
  return {
    logLikelihood: new Float64Array(heap.copyOut(likelihood, rows * 8)),
    isGreedy: new Uint8Array(heap.copyOut(isGreedy, rows)),
  };
}

export function tokenLogLikelihoodsReference(logits_NV: Tensor2D, targets_N: Int32Array): TokenLikelihoods {
  return likelihoodsOf(logits_NV.dataSync<'float32'>(), targets_N, logits_NV.shape[1]);
}

function likelihoodsOf(logits: Float32Array, targets_N: Int32Array, vocabularySize: number): TokenLikelihoods {
  const rows = targets_N.length;
  const logLikelihood = new Float64Array(rows);
  const isGreedy = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const target = targets_N[row]!;
    if (target < 0) continue;
    const start = row * vocabularySize;
    let best = 0;
    for (let token = 1; token < vocabularySize; token++) if (logits[start + token]! > logits[start + best]!) best = token;
    const largest = logits[start + best]!;
    let sum = 0;
    for (let token = 0; token < vocabularySize; token++) sum += Math.exp(logits[start + token]! - largest);
    logLikelihood[row] = logits[start + target]! - largest - Math.log(sum);
    isGreedy[row] = target === best ? 1 : 0;
  }
  return { logLikelihood, isGreedy };
}
