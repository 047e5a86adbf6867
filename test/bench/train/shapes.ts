// The models that are measured: Mistral at about 1, 5 and 30 million parameters, and Mixtral whose two chosen experts are
// as large together as the dense feed-forward, so that a token costs the same.
import type { ModelConfig } from '../../../src/engine/model';

export const sizes = ['1M', '5M', '30M'] as const;
export type Size = (typeof sizes)[number];
export const kinds = ['dense', 'mixtral'] as const;
export type Kind = (typeof kinds)[number];

const shapes: Readonly<Record<Size, { hiddenSize: number; intermediateSize: number; layers: number; heads: number; keyValueHeads: number; vocabularySize: number }>> = {
  '1M': { hiddenSize: 128, intermediateSize: 344, layers: 3, heads: 4, keyValueHeads: 2, vocabularySize: 2048 },
  '5M': { hiddenSize: 256, intermediateSize: 688, layers: 4, heads: 8, keyValueHeads: 4, vocabularySize: 4096 },
  '30M': { hiddenSize: 512, intermediateSize: 1376, layers: 8, heads: 8, keyValueHeads: 4, vocabularySize: 8192 },
};

/** Experts of a mixtral, of which each token passes two. */
const usualExperts = 8;
const perToken = 2;

export function configOf(size: Size, kind: Kind, experts = usualExperts): ModelConfig {
  const shape = shapes[size];
  const common = {
    ...shape, headSize: shape.hiddenSize / shape.heads, maxPositions: 4096, ropeTheta: 10000, slidingWindow: null, normEpsilon: 1e-5,
    tieEmbeddings: false, eosTokenId: 0,
  };
  if (kind === 'dense') return { ...common, family: 'mistral' };
  return {
    ...common, family: 'mixtral', intermediateSize: shape.intermediateSize / perToken,
    experts: { count: experts, perToken, balanceLossWeight: 0.02, routerJitter: 0 },
  };
}

/** Floating-point operations of one token forward and backward, of products and the causal half of attention. */
export function flopsPerToken(config: ModelConfig, length: number): number {
  const { hiddenSize: D, intermediateSize: F, layers, heads, keyValueHeads, headSize: h, vocabularySize: V, experts } = config;
  const projections = 2 * D * heads * h + 2 * D * keyValueHeads * h + 3 * D * F * (experts?.perToken ?? 1) + D * (experts?.count ?? 0);
  return 3 * (2 * (layers * projections + D * V) + layers * 2 * length * heads * h);
}
