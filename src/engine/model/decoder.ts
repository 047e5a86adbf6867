// The Mistral decoder (Jiang et al. 2023), as transformers' modeling_mistral.py computes it: pre-norm layers of
// grouped-query attention with rotary positions and a SwiGLU feed-forward, no biases, dropout nowhere.
// Legend: N rows, D hidden, F intermediate, H query heads, K key/value heads, h head size, h2 = h/2.
import { add, linear, recomputed, reshape, rmsNorm, rope, swiglu, type Tensor1D, type Tensor2D, type Tensor3D, type Variable } from '../tensors';
import type { ModelConfig } from './config';
import type { AdaptLinear } from './lora/adapter';
import { finalNormName, layerParameter, type LayerParameterName } from './parameters';

/** Attention of one layer over this batch's queries, keys and values; with a cache it adds the earlier ones. Gives [N, H·h]. */
export type Attend = (layer: number, q_NHh: Tensor3D, k_NKh: Tensor3D, v_NKh: Tensor3D) => Tensor2D;

export interface DecodeOptions {
  /** What a low-rank adapter adds to the output of a linear layer. */
  readonly adapt?: AdaptLinear | undefined;
  /** Gives what a layer is differentiated by, of the trainable variables; with it activations within layers are not kept but recomputed. */
  readonly recompute?: ((layer: number) => readonly Variable[]) | undefined;
}

/** All layers and the last norm: embeddings [N, D] to hidden states [N, D]. */
export function decode(
  config: ModelConfig, parameters: ReadonlyMap<string, Variable>, embedded_ND: Tensor2D,
  rotary: { readonly cos_Nh2: Tensor2D; readonly sin_Nh2: Tensor2D }, attend: Attend, { adapt, recompute }: DecodeOptions = {},
): Tensor2D {
  const { heads, keyValueHeads, headSize, normEpsilon } = config;
  const rows = embedded_ND.shape[0];
  const byHead = (x: Tensor2D, count: number): Tensor3D => reshape(x, [rows, count, headSize]);
  const runLayer = (layer: number, input_ND: Tensor2D, [cos_Nh2, sin_Nh2]: readonly [Tensor2D, Tensor2D]): Tensor2D => {
    const turned = (x_NHh: Tensor3D): Tensor3D => rope(x_NHh, cos_Nh2, sin_Nh2);
    const norm = (name: LayerParameterName): Tensor1D => parameters.get(layerParameter(layer, name)) as unknown as Tensor1D;
    const project = (x_NI: Tensor2D, layerName: LayerParameterName): Tensor2D => {
      const name = layerParameter(layer, layerName);
      const y_NO = linear(x_NI, parameters.get(name) as unknown as Tensor2D);
      return adapt === undefined ? y_NO : adapt(name, x_NI, y_NO);
    };

    const a_ND = rmsNorm(input_ND, norm('input_layernorm'), normEpsilon);
    const q_NHh = turned(byHead(project(a_ND, 'self_attn.q_proj'), heads));
    const k_NKh = turned(byHead(project(a_ND, 'self_attn.k_proj'), keyValueHeads));
    const v_NKh = byHead(project(a_ND, 'self_attn.v_proj'), keyValueHeads);
    const x_ND = add<Tensor2D>(input_ND, project(attend(layer, q_NHh, k_NKh, v_NKh), 'self_attn.o_proj'));

    const m_ND = rmsNorm(x_ND, norm('post_attention_layernorm'), normEpsilon);
    const activated_NF = swiglu(project(m_ND, 'mlp.gate_proj'), project(m_ND, 'mlp.up_proj'));
    return add(x_ND, project(activated_NF, 'mlp.down_proj'));
  };
  const angles = [rotary.cos_Nh2, rotary.sin_Nh2] as const;
  let x_ND = embedded_ND;
  for (let layer = 0; layer < config.layers; layer++) {
    x_ND = recompute === undefined ? runLayer(layer, x_ND, angles)
      : recomputed((input_ND, kept) => runLayer(layer, input_ND, kept), x_ND, angles, recompute(layer));
  }
  return rmsNorm(x_ND, parameters.get(finalNormName) as unknown as Tensor1D, normEpsilon);
}
