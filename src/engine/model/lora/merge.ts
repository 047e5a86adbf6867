// Adds an adapter to the weights it stands beside, for use without it: W + scale · B·A, as PEFT's merge_and_unload.
import { add, linear, mul, tidy, transpose, type Tensor2D, type Variable } from '../../tensors';
import { expertMatrices, type LoraAdapter, type LoraPair } from './adapter';

/** Changes the weights in place and leaves the adapter alone. Needs memory for one more copy of the largest weight. */
export function mergeAdapter(parameters: ReadonlyMap<string, Variable>, adapter: LoraAdapter): void {
  for (const pair of adapter.pairs) {
    tidy(() => {
      for (const [name, { a_RI, b_OR }] of pairsOf(pair)) {
        const weight = parameters.get(name)!;
        tidy(() => {
          const delta_OI = linear(b_OR, transpose(a_RI));
          weight.assign(add(weight, mul(delta_OI, adapter.scaleOf(pair.place))));
        });
      }
    });
  }
}

interface Matrices { readonly a_RI: Tensor2D; readonly b_OR: Tensor2D }

/** The two matrices beside each weight, by its name: of experts, w1 and w3 are the halves of gate_up_proj, and w2 is down_proj. */
function pairsOf(pair: LoraPair): [name: string, matrices: Matrices][] {
  const { name, experts } = pair.place;
  if (experts === undefined) return [[name, { a_RI: pair.a_RI as unknown as Tensor2D, b_OR: pair.b_OR as unknown as Tensor2D }]];
  const [, layer, parameter] = /^(.+)\.mlp\.experts\.(\w+)$/.exec(name)!;
  const matrices = parameter === 'down_proj' ? ['w2'] : ['w1', 'w3'];
  const { a_ERI, b_PEOR } = expertMatrices(pair, matrices.length);
  return matrices.flatMap((matrix, part) => a_ERI.map((a_RI, e): [string, Matrices] =>
    [`${layer}.block_sparse_moe.experts.${e}.${matrix}.weight`, { a_RI, b_OR: b_PEOR[part]![e]! }]));
}
