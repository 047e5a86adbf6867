// Bytes a transformers model keeps for its backward pass in a Hugging Face Trainer: weights in float32, computed in
// bfloat16 by autocast, attention by SDPA. A test holds them against what PyTorch's autograd really keeps.
// Legend: N tokens of a micro-batch in one process, D hidden, F intermediate, O = heads · head size, P = key/value heads ·
// head size, V vocabulary, E experts of which each token passes A.
import { countParameters, type ModelConfig } from '../../../model';

export type Precision = 'float32' | 'bfloat16';

export interface ActivationShape {
  readonly tokens: number;
  readonly precision: Precision;
  readonly recomputeActivations: boolean;
}

const floatBytes = 4;
/** What autocast makes smaller has this many bytes; the residual stream and the norms stay in float32. */
const computedBytes = { float32: 4, bfloat16: 2 } as const;

/** Kept of one layer for each token, and of its norms' float32 part. */
function layerBytes(config: ModelConfig, precision: Precision): number {
  const w = computedBytes[precision];
  const { hiddenSize: D, intermediateSize: F, heads, headSize, keyValueHeads, experts } = config;
  const O = heads * headSize;
  const P = keyValueHeads * headSize;
  const attention = 16 * D + 5 * w * D + 2 * w * O + 2 * w * P + floatBytes * heads + 2 * floatBytes;
  // transformers gathers the tokens of each expert and leaves them in float32.
  return attention + (experts === undefined ? 4 * w * F : experts.perToken * (16 * F + 7 * D) + floatBytes * experts.count + 84);
}

/** Of a token outside the layers: final norm, logits in float32, ids. */
function outerBytes({ hiddenSize: D, vocabularySize: V, headSize }: ModelConfig, precision: Precision, recompute: boolean): number {
  return floatBytes * V + 8 * D + computedBytes[precision] * D + 20 + (recompute ? 0 : 2 * floatBytes * headSize);
}

/** When the forward pass is over. With recomputation a layer keeps its input alone. */
export function keptActivationBytes(config: ModelConfig, { tokens, precision, recomputeActivations }: ActivationShape): number {
  const layer = recomputeActivations ? floatBytes * config.hiddenSize : layerBytes(config, precision);
  return tokens * (outerBytes(config, precision, recomputeActivations) + config.layers * layer);
}

/**
 * At the fullest moment. The backward pass begins at the logits, whose gradient stands beside them in float32 and in what
 * is computed in; a layer that is computed again keeps all of itself, and as much once more in gradients.
 */
export function peakActivationBytes(config: ModelConfig, shape: ActivationShape): number {
  const { tokens, precision, recomputeActivations } = shape;
  const ofLogits = tokens * config.vocabularySize * (floatBytes + computedBytes[precision]);
  const ofLayer = tokens * layerBytes(config, precision) * (recomputeActivations ? 2 : 1);
  return keptActivationBytes(config, shape) + Math.max(ofLogits, ofLayer);
}

/** Numbers of the weights one token passes: all but the experts it does not go to. */
export function activeParameters(config: ModelConfig): number {
  const { experts, hiddenSize: D, intermediateSize: F, layers } = config;
  return countParameters(config) - (experts === undefined ? 0 : layers * (experts.count - experts.perToken) * 3 * D * F);
}

/**
 * Floating-point operations of training on one token: 6 for each active weight, 12 · layers · O · length for attention
 * (Chowdhery et al. 2022, appendix B). The embedding is looked up and costs nothing. Recomputation runs forward once more.
 */
export function trainingFlopsPerToken(config: ModelConfig, sequenceLength: number, recomputeActivations: boolean): number {
  const multiplied = activeParameters(config) - (config.tieEmbeddings ? 0 : config.vocabularySize * config.hiddenSize);
  const flops = 6 * multiplied + 12 * config.layers * config.heads * config.headSize * sequenceLength;
  return recomputeActivations ? (flops * 4) / 3 : flops;
}
