// The second half of a layer, norm and residual apart: SwiGLU, or in Mixtral (Jiang et al. 2024) a router and experts
// that are SwiGLU each, of which a token's chosen ones are computed and summed by the router's weights.
// Legend: N rows, A assignments of rows to experts, E experts, D hidden, F intermediate.
import { combineRows, expertWeights, groupedLinear, linear, mul, routeTokens, rowsOfExperts, swiglu, tensor2d, type Tensor2D } from '../tensors';
import type { Experts } from './config';
import type { LayerWeights } from './layer-weights';
import type { ExpertMatrix } from './parameters';
import type { RoutingRecord } from './routing';

/** What training wants of the routers; nothing of it happens in evaluation and generation. */
export interface RouterTraining {
  readonly record?: RoutingRecord | undefined;
  /** Factors [N, D] for the input of a layer's router and experts: jitter. */
  readonly jitter?: ((layer: number, size: number) => Float32Array) | undefined;
}

export function swigluBlock(m_ND: Tensor2D, weights: LayerWeights): Tensor2D {
  const gate_NF = weights.linear(m_ND, 'mlp.gate_proj');
  return weights.linear(swiglu(gate_NF, weights.linear(m_ND, 'mlp.up_proj')), 'mlp.down_proj');
}

export function expertsBlock(m_ND: Tensor2D, weights: LayerWeights, { count, perToken }: Experts, { record, jitter }: RouterTraining): Tensor2D {
  const input_ND = jitter === undefined ? m_ND : mul<Tensor2D>(m_ND, tensor2d(jitter(weights.layer, m_ND.size), m_ND.shape));
  const logits_NE = linear(input_ND, weights.matrix('block_sparse_moe.gate'));
  const routing = routeTokens(logits_NE, perToken);
  record?.add({ logits_NE, routing });
  const matrices = (name: ExpertMatrix): Tensor2D[] => Array.from({ length: count }, (_, e) => weights.matrix(`block_sparse_moe.experts.${e}.${name}`));
  const x_AD = rowsOfExperts(input_ND, routing);
  const activated_AF = swiglu(groupedLinear(x_AD, matrices('w1'), routing), groupedLinear(x_AD, matrices('w3'), routing));
  const y_AD = groupedLinear(activated_AF, matrices('w2'), routing);
  return combineRows(y_AD, expertWeights(logits_NE, routing), routing, m_ND.shape[0]);
}
