// Adds an adapter to the weights it stands beside, for use without it: W + scale · B·A, as PEFT's merge_and_unload.
import { add, linear, mul, tidy, transpose, type Tensor2D, type Variable } from '../../tensors';
import type { LoraAdapter } from './adapter';

/** Changes the weights in place and leaves the adapter alone. Needs memory for one more copy of the largest weight. */
export function mergeAdapter(parameters: ReadonlyMap<string, Variable>, adapter: LoraAdapter): void {
  for (const [name, { a_RI, b_OR }] of adapter.pairs) {
    const weight = parameters.get(name)!;
    tidy(() => {
      const delta_OI = linear(b_OR as unknown as Tensor2D, transpose(a_RI as unknown as Tensor2D));
      weight.assign(add(weight, mul(delta_OI, adapter.scale)));
    });
  }
}
