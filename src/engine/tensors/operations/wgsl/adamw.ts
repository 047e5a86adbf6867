// AdamW on a GPU: a program for each moment and one for the parameter, where tfjs's operations take thirteen.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { AdamWSettings } from '../adamw';
import { runProgram } from './program';

export function adamwUpdateWebgpu(parameter: Variable, gradient: Tensor, firstMoment: Variable, secondMoment: Variable, settings: AdamWSettings): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step, gradientScale } = settings;
  const shape = parameter.shape;
  tf.tidy(() => {
    firstMoment.assign(runProgram({
      name: 'adamFirst', inputs: { gradient, moment: firstMoment }, shape, floats: { keep: beta1, take: (1 - beta1) * gradientScale },
      body: 'result[index] = moment[index] * uniforms.keep + gradient[index] * uniforms.take;',
    }));
    secondMoment.assign(runProgram({
      name: 'adamSecond', inputs: { gradient, moment: secondMoment }, shape, floats: { keep: beta2, take: 1 - beta2, gradientScale },
      body: 'let g = gradient[index] * uniforms.gradientScale; result[index] = moment[index] * uniforms.keep + g * g * uniforms.take;',
    }));
    parameter.assign(runProgram({
      name: 'adamStep', inputs: { parameter, first: firstMoment, second: secondMoment }, shape,
      floats: { keep: 1 - learningRate * weightDecay, rate: learningRate / (1 - beta1 ** step), correction: 1 / Math.sqrt(1 - beta2 ** step), epsilon },
      body: 'result[index] = parameter[index] * uniforms.keep - uniforms.rate * first[index] / (sqrt(second[index]) * uniforms.correction + uniforms.epsilon);',
    }));
  });
}
