// The second half of a layer, norm and residual apart: SwiGLU, or in Mixtral (Jiang et al. 2024) a router and experts
// that are SwiGLU each, of which a token's chosen ones are computed and summed by the router's weights.
// Legend: N rows, A assignments of rows to experts, E experts, D hidden, F intermediate.
import { combineRows, expertWeights, mul, routeTokens, rowsOfExperts, swiglu, tensor2d, type Tensor2D } from '../tensors';
import type { Experts } from './config';
import type { LayerWeights } from './layer-weights';
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

export function expertsBlock(m_ND: Tensor2D, weights: LayerWeights, { perToken }: Experts, { record, jitter }: RouterTraining): Tensor2D {
  const input_ND = jitter === undefined ? m_ND : mul<Tensor2D>(m_ND, tensor2d(jitter(weights.layer, m_ND.size), m_ND.shape));
  const logits_NE = weights.linear(input_ND, 'block_sparse_moe.gate');
  const routing = routeTokens(logits_NE, perToken);
  record?.add({ logits_NE, routing });
  const [gate_AF, up_AF] = weights.gateAndUp(rowsOfExperts(input_ND, routing), routing);
  const y_AD = weights.down(swiglu(gate_AF, up_AF), routing);
  return combineRows(y_AD, expertWeights(logits_NE, routing), routing, m_ND.shape[0]);
}
