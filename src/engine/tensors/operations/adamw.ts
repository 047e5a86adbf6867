// One AdamW update of one parameter in place (Loshchilov and Hutter 2019), in the order of torch.optim.AdamW: decay the
// parameter, update both moments, correct their bias, step.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { activeBackend } from '../backends/active';
import { expectShape } from '../differentiable';
import { wasmHeap } from '../heap';
import type { WasmHeap } from '../heap';
import { adamwUpdateWebgpu } from './wgsl/adamw';

export interface AdamWSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled: the parameter shrinks by learningRate · weightDecay. */
  readonly weightDecay: number;
  /** The update's number, from 1. */
  readonly step: number;
  /** Multiplies the gradient first: the factor of gradient clipping. */
  readonly gradientScale: number;
}

/**
 * Updates the parameter and both moments. On wasm they are overwritten where they lie, so whatever shares their data
 * changes too: the tensor a Variable was made of or last assigned from. A `clone` is a copy.
 */
export function adamwUpdate(parameter: Variable, gradient: Tensor, firstMoment: Variable, secondMoment: Variable, settings: AdamWSettings): void {
  for (const x of [gradient, firstMoment, secondMoment]) expectShape('A gradient or moment of AdamW', x, parameter.shape);
  const heap = wasmHeap();
  if (heap === undefined) (activeBackend() === 'webgpu' ? adamwUpdateWebgpu : adamwUpdateReference)(parameter, gradient, firstMoment, secondMoment, settings);
  else adamwUpdateKernel(heap, parameter, gradient, firstMoment, secondMoment, settings);
}

function adamwUpdateKernel(
  heap: WasmHeap, parameter: Variable, gradient: Tensor, firstMoment: Variable, secondMoment: Variable, settings: AdamWSettings,
): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step, gradientScale } = settings;
  heap.kernels.adamw(
    heap.pointer(parameter), heap.pointer(gradient), heap.pointer(firstMoment), heap.pointer(secondMoment), parameter.size,
    gradientScale, beta1, 1 - beta1, beta2, 1 - beta2,
    1 - learningRate * weightDecay, learningRate / (1 - beta1 ** step), 1 / Math.sqrt(1 - beta2 ** step), epsilon,
  );
}

export function adamwUpdateReference(
  parameter: Variable, gradient: Tensor, firstMoment: Variable, secondMoment: Variable, settings: AdamWSettings,
): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step, gradientScale } = settings;
  tf.tidy(() => {
    const scaled = tf.mul(gradient, gradientScale);
    firstMoment.assign(tf.add(tf.mul(firstMoment, beta1), tf.mul(scaled, 1 - beta1)));
    secondMoment.assign(tf.add(tf.mul(secondMoment, beta2), tf.mul(tf.square(scaled), 1 - beta2)));
    const denominator = tf.add(tf.div(tf.sqrt(secondMoment), Math.sqrt(1 - beta2 ** step)), epsilon);
    const change = tf.mul(tf.div(firstMoment, denominator), learningRate / (1 - beta1 ** step));
    parameter.assign(tf.sub(tf.mul(parameter, 1 - learningRate * weightDecay), change));
  });
}
