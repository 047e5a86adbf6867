// Names and shapes of the weights, in the order a checkpoint and an optimiser list them: those of Hugging Face's
// MistralForCausalLM, LlamaForCausalLM and MixtralForCausalLM, so that a file needs no translation.
// Legend: V vocabulary, D hidden, F intermediate, O = heads · head size, P = key/value heads · head size, E experts.
import type { ModelConfig } from './config';

export const embeddingName = 'model.embed_tokens.weight';
export const finalNormName = 'model.norm.weight';
export const headName = 'lm_head.weight';

/** Name of a weight of one layer, such as `self_attn.q_proj`. */
export function layerParameter(layer: number, name: LayerParameterName): string {
  return `model.layers.${layer}.${name}.weight`;
}

/** Name of the bias beside it, in architectures that have one. */
export function layerBias(layer: number, name: LayerParameterName): string {
  return `model.layers.${layer}.${name}.bias`;
}

/** A matrix of one expert: w1 gate, w3 up, w2 down. */
export type ExpertMatrix = 'w1' | 'w2' | 'w3';

export type LayerParameterName =
  | 'input_layernorm' | 'self_attn.q_proj' | 'self_attn.k_proj' | 'self_attn.v_proj' | 'self_attn.o_proj'
  | 'post_attention_layernorm' | 'mlp.gate_proj' | 'mlp.up_proj' | 'mlp.down_proj'
  | 'block_sparse_moe.gate' | `block_sparse_moe.experts.${number}.${ExpertMatrix}`;

/** Every weight and its shape ([out, in] for a linear layer); a tied head is not listed. */
export function parameterShapes(config: ModelConfig): Map<string, readonly number[]> {
  const { hiddenSize: D, vocabularySize: V } = config;
  const shapes = new Map<string, readonly number[]>([[embeddingName, [V, D]]]);
  const block = layerShapes(config);
  for (let layer = 0; layer < config.layers; layer++) {
    for (const { name, shape, hasBias } of block) {
      shapes.set(layerParameter(layer, name), shape);
      if (hasBias) shapes.set(layerBias(layer, name), [shape[0]!]);
    }
  }
  shapes.set(finalNormName, [D]);
  if (!config.tieEmbeddings) shapes.set(headName, [V, D]);
  return shapes;
}

interface LayerShape { readonly name: LayerParameterName; readonly shape: readonly number[]; readonly hasBias?: boolean }

function layerShapes(config: ModelConfig): LayerShape[] {
  const { hiddenSize: D } = config;
  const O = config.heads * config.headSize;
  const P = config.keyValueHeads * config.headSize;
  const hasBias = config.attentionBias ?? false;
  return [
    { name: 'input_layernorm', shape: [D] },
    { name: 'self_attn.q_proj', shape: [O, D], hasBias },
    { name: 'self_attn.k_proj', shape: [P, D], hasBias },
    { name: 'self_attn.v_proj', shape: [P, D], hasBias },
    { name: 'self_attn.o_proj', shape: [D, O], hasBias },
    { name: 'post_attention_layernorm', shape: [D] },
    ...feedForwardShapes(config),
  ];
}

function feedForwardShapes({ hiddenSize: D, intermediateSize: F, experts, feedForwardBias: hasBias = false }: ModelConfig): LayerShape[] {
  if (experts === undefined) {
    return [
      { name: 'mlp.gate_proj', shape: [F, D], hasBias },
      { name: 'mlp.up_proj', shape: [F, D], hasBias },
      { name: 'mlp.down_proj', shape: [D, F], hasBias },
    ];
  }
  return [
    { name: 'block_sparse_moe.gate', shape: [experts.count, D] },
    ...Array.from({ length: experts.count }, (_, e): LayerShape[] => [
      { name: `block_sparse_moe.experts.${e}.w1`, shape: [F, D] },
      { name: `block_sparse_moe.experts.${e}.w2`, shape: [D, F] },
      { name: `block_sparse_moe.experts.${e}.w3`, shape: [F, D] },
    ]).flat(),
  ];
}

/** Numbers in all weights; a tied head counts once. */
export function countParameters(config: ModelConfig): number {
  return [...parameterShapes(config).values()].reduce((sum, shape) => sum + elements(shape), 0);
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
