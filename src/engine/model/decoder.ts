// The Mistral decoder (Jiang et al. 2023), as transformers' modeling_mistral.py computes it: pre-norm layers of
// grouped-query attention with rotary positions and a SwiGLU feed-forward, no biases, dropout nowhere.
// Legend: N rows, D hidden, F intermediate, H query heads, K key/value heads, h head size, h2 = h/2.
import { add, linear, reshape, rmsNorm, rope, swiglu, type Tensor1D, type Tensor2D, type Tensor3D, type Variable } from '../tensors';
import type { ModelConfig } from './config';
import { finalNormName, layerParameter, type LayerParameterName } from './parameters';

/** Attention of one layer over this batch's queries, keys and values; with a cache it adds the earlier ones. Gives [N, H·h]. */
export type Attend = (layer: number, q_NHh: Tensor3D, k_NKh: Tensor3D, v_NKh: Tensor3D) => Tensor2D;

/** All layers and the last norm: embeddings [N, D] to hidden states [N, D]. */
export function decode(
  config: ModelConfig, parameters: ReadonlyMap<string, Variable>, embedded_ND: Tensor2D,
  rotary: { readonly cos_Nh2: Tensor2D; readonly sin_Nh2: Tensor2D }, attend: Attend,
): Tensor2D {
  const { heads, keyValueHeads, headSize, normEpsilon } = config;
  const rows = embedded_ND.shape[0];
  const byHead = (x: Tensor2D, count: number): Tensor3D => reshape(x, [rows, count, headSize]);
  const turned = (x_NHh: Tensor3D): Tensor3D => rope(x_NHh, rotary.cos_Nh2, rotary.sin_Nh2);
  let x_ND = embedded_ND;
  for (let layer = 0; layer < config.layers; layer++) {
    const matrix = (name: LayerParameterName): Tensor2D => parameters.get(layerParameter(layer, name)) as unknown as Tensor2D;
    const norm = (name: LayerParameterName): Tensor1D => parameters.get(layerParameter(layer, name)) as unknown as Tensor1D;

    const a_ND = rmsNorm(x_ND, norm('input_layernorm'), normEpsilon);
    const q_NHh = turned(byHead(linear(a_ND, matrix('self_attn.q_proj')), heads));
    const k_NKh = turned(byHead(linear(a_ND, matrix('self_attn.k_proj')), keyValueHeads));
    const v_NKh = byHead(linear(a_ND, matrix('self_attn.v_proj')), keyValueHeads);
    x_ND = add(x_ND, linear(attend(layer, q_NHh, k_NKh, v_NKh), matrix('self_attn.o_proj')));

    const m_ND = rmsNorm(x_ND, norm('post_attention_layernorm'), normEpsilon);
    const activated_NF = swiglu(linear(m_ND, matrix('mlp.gate_proj')), linear(m_ND, matrix('mlp.up_proj')));
    x_ND = add(x_ND, linear(activated_NF, matrix('mlp.down_proj')));
  }
  return rmsNorm(x_ND, parameters.get(finalNormName) as unknown as Tensor1D, normEpsilon);
}
