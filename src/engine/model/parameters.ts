// Names and shapes of the weights, in the order a checkpoint and an optimiser list them: those of Hugging Face's
// MistralForCausalLM, so that a file needs no translation.
// Legend: V vocabulary, D hidden, F intermediate, O = heads · head size, P = key/value heads · head size.
import type { ModelConfig } from './config';

export const embeddingName = 'model.embed_tokens.weight';
export const finalNormName = 'model.norm.weight';
export const headName = 'lm_head.weight';

/** Name of a weight of one layer, such as `self_attn.q_proj`. */
export function layerParameter(layer: number, name: LayerParameterName): string {
  return `model.layers.${layer}.${name}.weight`;
}

export type LayerParameterName =
  | 'input_layernorm' | 'self_attn.q_proj' | 'self_attn.k_proj' | 'self_attn.v_proj' | 'self_attn.o_proj'
  | 'post_attention_layernorm' | 'mlp.gate_proj' | 'mlp.up_proj' | 'mlp.down_proj';

/** Every weight and its shape ([out, in] for a linear layer); a tied head is not listed. */
export function parameterShapes(config: ModelConfig): Map<string, readonly number[]> {
  const { hiddenSize: D, intermediateSize: F, vocabularySize: V } = config;
  const O = config.heads * config.headSize;
  const P = config.keyValueHeads * config.headSize;
  const layerShapes: Record<LayerParameterName, readonly number[]> = {
    'input_layernorm': [D],
    'self_attn.q_proj': [O, D],
    'self_attn.k_proj': [P, D],
    'self_attn.v_proj': [P, D],
    'self_attn.o_proj': [D, O],
    'post_attention_layernorm': [D],
    'mlp.gate_proj': [F, D],
    'mlp.up_proj': [F, D],
    'mlp.down_proj': [D, F],
  };
  const shapes = new Map<string, readonly number[]>([[embeddingName, [V, D]]]);
  for (let layer = 0; layer < config.layers; layer++) {
    for (const [name, shape] of Object.entries(layerShapes)) shapes.set(layerParameter(layer, name as LayerParameterName), shape);
  }
  shapes.set(finalNormName, [D]);
  if (!config.tieEmbeddings) shapes.set(headName, [V, D]);
  return shapes;
}

/** Numbers in all weights; a tied head counts once. */
export function countParameters(config: ModelConfig): number {
  return [...parameterShapes(config).values()].reduce((sum, shape) => sum + elements(shape), 0);
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
