// The decoder of Mistral (Jiang et al. 2023), Llama and Mixtral, as transformers' modeling files compute it: pre-norm
// layers of grouped-query attention with rotary positions and a SwiGLU feed-forward or experts, dropout nowhere.
// Legend: N rows, D hidden, H query heads, K key/value heads, h head size, h2 = h/2.
import { add, concat, recomputed, reshape, rmsNorm, rope, routeTokens, slice, type Tensor, type Tensor1D, type Tensor2D, type Tensor3D, type Variable } from '../tensors';
import type { ModelConfig } from './config';
import { expertsBlock, swigluBlock, type RouterTraining } from './feed-forward';
import { LayerWeights } from './layer-weights';
import type { Adapt } from './lora/adapter';
import { finalNormName } from './parameters';
import { RoutingRecord } from './routing';

/** Attention of one layer over this batch's queries, keys and values; with a cache it adds the earlier ones. Gives [N, H·h]. */
export type Attend = (layer: number, q_NHh: Tensor3D, k_NKh: Tensor3D, v_NKh: Tensor3D) => Tensor2D;

/** Cosines and sines for each row. */
export interface RotaryRows { readonly cos_Nh2: Tensor2D; readonly sin_Nh2: Tensor2D }

export interface DecodeOptions {
  /** What a low-rank adapter adds to the outputs of linear layers and experts. */
  readonly adapt?: Adapt | undefined;
  /** Gives what a layer is differentiated by, of the trainable variables; with it activations within layers are not kept but recomputed. */
  readonly recompute?: ((layer: number) => readonly Variable[]) | undefined;
  readonly router?: RouterTraining | undefined;
}

/** All layers and the last norm: embeddings [N, D] to hidden states [N, D]. */
export function decode(
  config: ModelConfig, parameters: ReadonlyMap<string, Variable>, embedded_ND: Tensor2D, rotary: RotaryRows, attend: Attend,
  { adapt, recompute, router = {} }: DecodeOptions = {},
): Tensor2D {
  let x_ND = embedded_ND;
  for (let layer = 0; layer < config.layers; layer++) {
    const weights = new LayerWeights(parameters, layer, adapt);
    x_ND = recompute === undefined ? decodeLayer(config, weights, x_ND, rotary, attend, router)
      : recomputeLayer(config, weights, x_ND, rotary, attend, router, recompute(layer));
  }
  return rmsNorm(x_ND, parameters.get(finalNormName) as unknown as Tensor1D, config.normEpsilon);
}

/** One layer: hidden states [N, D] to hidden states [N, D]. */
export function decodeLayer(
  config: ModelConfig, weights: LayerWeights, x_ND: Tensor2D, rotary: RotaryRows, attend: Attend, router: RouterTraining,
): Tensor2D {
  const { heads, keyValueHeads, headSize, normEpsilon, experts } = config;
  const byHead = (x: Tensor2D, count: number): Tensor3D => usedUp(x, reshape(x, [x.shape[0], count, headSize]));
  const turned = (x_NHh: Tensor3D): Tensor3D => usedUp(x_NHh, rope(x_NHh, rotary.cos_Nh2, rotary.sin_Nh2));
  const addTo = (x: Tensor2D, branch: Tensor2D): Tensor2D => usedUp(branch, add(x, branch));

  const a_ND = rmsNorm(x_ND, weights.norm('input_layernorm'), normEpsilon);
  const q_NHh = turned(byHead(weights.linear(a_ND, 'self_attn.q_proj'), heads));
  const k_NKh = turned(byHead(weights.linear(a_ND, 'self_attn.k_proj'), keyValueHeads));
  const v_NKh = byHead(weights.linear(a_ND, 'self_attn.v_proj'), keyValueHeads);
  const attended_ND = addTo(x_ND, weights.linear(attend(weights.layer, q_NHh, k_NKh, v_NKh), 'self_attn.o_proj'));

  const m_ND = rmsNorm(attended_ND, weights.norm('post_attention_layernorm'), normEpsilon);
  return addTo(attended_ND, experts === undefined ? swigluBlock(m_ND, weights) : expertsBlock(m_ND, weights, experts, router));
}

/** `result`, when nothing but it needed `x`: freed now, and not with everything else when the forward pass is over. */
function usedUp<T extends Tensor>(x: Tensor, result: T): T {
  x.dispose();
  return result;
}

/**
 * The same, with the activations within the layer computed again in the backward pass. A recomputed block has one output,
 * so the logits of a router that is recorded ride along in it: beside the hidden states, [N, D + E].
 */
function recomputeLayer(
  config: ModelConfig, weights: LayerWeights, x_ND: Tensor2D, rotary: RotaryRows, attend: Attend, router: RouterTraining, trainable: readonly Variable[],
): Tensor2D {
  const { experts, hiddenSize: D } = config;
  const angles = [rotary.cos_Nh2, rotary.sin_Nh2] as const;
  const record = experts && router.record;
  const output = recomputed((input_ND, [cos_Nh2, sin_Nh2]: readonly [Tensor2D, Tensor2D]) => {
    const own = new RoutingRecord(false);
    const y_ND = decodeLayer(config, weights, input_ND, { cos_Nh2, sin_Nh2 }, attend, { ...router, record: own });
    return record ? concat([y_ND, own.logits(0)], 1) : y_ND;
  }, x_ND, angles, trainable);
  if (!record) return output;
  const rows = x_ND.shape[0];
  const logits_NE = slice(output, [0, D], [rows, experts.count]);
  record.add({ logits_NE, routing: routeTokens(logits_NE, experts.perToken) });
  return slice(output, [0, 0], [rows, D]);
}
