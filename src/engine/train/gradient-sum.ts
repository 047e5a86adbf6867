// The gradient of one update, summed over its micro-batches. Each micro-batch's loss is already divided by the tokens of
// the whole update, so that the sum is the gradient of the large batch.
import { addInPlace, dispose, sumOfAllSquares, variable, type Tensor, type Variable } from '../tensors';

export class GradientSum {
  #sums: Variable[] = [];

  get tensors(): readonly Tensor[] {
    return this.#sums;
  }

  /** Takes the gradients over: they are disposed here. */
  add(gradients: readonly Tensor[]): void {
    if (this.#sums.length === 0) this.#sums = gradients.map((gradient) => variable(gradient, false));
    else gradients.forEach((gradient, i) => { addInPlace(this.#sums[i]!, gradient); });
    dispose([...gradients]);
  }

  /** L2 norm over all parameters, summed in double precision. */
  async norm(): Promise<number> {
    return Math.sqrt(await sumOfAllSquares(this.#sums));
  }

  dispose(): void {
    dispose(this.#sums);
    this.#sums = [];
  }
}

/** Factor that brings a gradient of this norm down to `clipNorm` (PyTorch's clip_grad_norm_, with its 1e-6); 1 when it is smaller. */
export function clipFactor(norm: number, clipNorm: number | null): number {
  return clipNorm === null ? 1 : Math.min(1, clipNorm / (norm + 1e-6));
}
