// AdamW over a model's parameters (Loshchilov and Hutter, arXiv 1711.05101), moments in f32 beside the weights. Matrices
// are decayed; norm weights and biases, which are vectors, are not: the groups of transformers' Trainer.
import { adamwUpdate, variable, zerosLike, type Tensor, type Variable } from '../tensors';
import type { Run } from '../../documents/run/schema';

export interface Moments { readonly first: Variable; readonly second: Variable }

export class AdamW {
  readonly #parameters: readonly Variable[];
  /** By parameter name, in the model's order. */
  readonly moments: ReadonlyMap<string, Moments>;

  /** @param moments of a checkpoint, taken over; zeros when left out. */
  constructor(parameters: ReadonlyMap<string, Variable>, readonly settings: Run['optimiser'], moments?: ReadonlyMap<string, Moments>) {
    this.#parameters = [...parameters.values()];
    this.moments = moments ?? new Map([...parameters].map(([name, parameter]) => [name, { first: zeros(parameter), second: zeros(parameter) }]));
  }

  /**
   * One update in place.
   * @param gradients in the order of the parameters; stay the caller's.
   * @param step number of this update, from 1, for the bias correction.
   * @param gradientScale factor that clips the gradients.
   */
  update(gradients: readonly Tensor[], { learningRate, step, gradientScale }: { readonly learningRate: number; readonly step: number; readonly gradientScale: number }): void {
    const { beta1, beta2, epsilon, weightDecay } = this.settings;
    let index = 0;
    for (const { first, second } of this.moments.values()) {
      const parameter = this.#parameters[index]!;
      const decay = isDecayed(parameter.shape) ? weightDecay : 0;
      adamwUpdate(parameter, gradients[index]!, first, second, { learningRate, beta1, beta2, epsilon, weightDecay: decay, step, gradientScale });
      index += 1;
    }
  }

  dispose(): void {
    for (const { first, second } of this.moments.values()) {
      first.dispose();
      second.dispose();
    }
  }
}

/** Whether weight decay applies to a parameter of this shape. */
export function isDecayed(shape: readonly number[]): boolean {
  return shape.length >= 2;
}

function zeros(parameter: Variable): Variable {
  const tensor = zerosLike(parameter);
  const zeroed = variable(tensor, false);
  tensor.dispose();
  return zeroed;
}
