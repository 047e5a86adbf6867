// AdamW on a GPU: one program a parameter, which writes it and both moments where they lie.
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { AdamWSettings } from '../adamw';
import { runProgram } from './program';

export function adamwUpdateWebgpu(parameter: Variable, gradient: Tensor, first: Variable, second: Variable, settings: AdamWSettings): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step, gradientScale } = settings;
  runProgram({
    name: 'adamw', inputs: { gradient }, changes: { first, second }, into: parameter, shape: parameter.shape,
    floats: {
      gradientScale, beta1, beta2, take1: 1 - beta1, take2: 1 - beta2, keep: 1 - learningRate * weightDecay,
      rate: learningRate / (1 - beta1 ** step), correction: 1 / Math.sqrt(1 - beta2 ** step), epsilon,
    },
    body: `
  let g = gradient[index] * uniforms.gradientScale;
  let m = first[index] * uniforms.beta1 + g * uniforms.take1;
  let v = second[index] * uniforms.beta2 + g * g * uniforms.take2;
  first[index] = m;
  second[index] = v;
  result[index] = result[index] * uniforms.keep - uniforms.rate * m / (sqrt(v) * uniforms.correction + uniforms.epsilon);`,
  });
}
