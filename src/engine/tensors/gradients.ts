// One backward pass for all parameters of a model.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { differentiate } from './backward';

export interface Gradients {
  /** The value of the differentiated function. */
  readonly value: number;
  /** In the order of the parameters; zeros for a parameter the value does not depend on. The caller disposes them. */
  readonly gradients: Tensor[];
}

/** Runs `f` once and differentiates it by every parameter, all trainable. Everything else `f` made is disposed. */
export function gradients(f: () => Scalar, parameters: Variable[]): Gradients {
  const { value, made } = differentiateBy(f, parameters);
  const [number] = value.dataSync();
  value.dispose();
  return { value: number!, gradients: made };
}

/** As gradients, on a backend that cannot be read synchronously too. */
export async function gradientsLater(f: () => Scalar, parameters: Variable[]): Promise<Gradients> {
  const { value, made } = differentiateBy(f, parameters);
  return { value: await takeNumber(value), gradients: made };
}

function differentiateBy(f: () => Scalar, parameters: Variable[]): { value: Tensor; made: Tensor[] } {
  const frozen = parameters.find((parameter) => !parameter.trainable);
  if (frozen !== undefined) throw new Error(`A gradient was asked for by ${frozen.name}, which is marked not trainable.`);
  const { value, gradients: found } = differentiate(f, parameters);
  return { value, made: ownData(found.map((gradient, index) => gradient ?? tf.zerosLike(parameters[index]!))) };
}

/** The number in a scalar, which is disposed. Every backend can read so; synchronously `webgpu` cannot. */
export async function takeNumber(scalar: Tensor): Promise<number> {
  const [number] = await scalar.data();
  scalar.dispose();
  return number!;
}

/** Gradients of summands may be one piece of data; each gets its own, since gradients are added to in place. */
function ownData(gradients: Tensor[]): Tensor[] {
  const seen = new Set<object>();
  return gradients.map((gradient) => {
    if (!seen.has(gradient.dataId)) {
      seen.add(gradient.dataId);
      return gradient;
    }
    const copy = tf.clone(gradient);
    gradient.dispose();
    return copy;
  });
}
