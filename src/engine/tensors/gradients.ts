// One backward pass for all parameters of a model.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';

export interface Gradients {
  /** The value of the differentiated function. */
  readonly value: number;
  /** In the order of the parameters; zeros for a parameter the value does not depend on. The caller disposes them. */
  readonly gradients: Tensor[];
}

/** Runs `f` once and differentiates it by every parameter, all trainable. Everything else `f` made is disposed. */
export function gradients(f: () => Scalar, parameters: Variable[]): Gradients {
  const frozen = parameters.find((parameter) => !parameter.trainable);
  if (frozen !== undefined) throw new Error(`A gradient was asked for by ${frozen.name}, which is marked not trainable.`);
  const { value, grads } = tf.engine().gradients(f, parameters, undefined, true) as { value: Tensor; grads: (Tensor | undefined)[] };
  const number = value.dataSync()[0]!;
  value.dispose();
  return { value: number, gradients: grads.map((gradient, index) => gradient ?? tf.zerosLike(parameters[index]!)) };
}
