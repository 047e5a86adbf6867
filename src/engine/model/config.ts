// The shape of a decoder, in our names. Two sources make one: the architecture block of a run file, and the
// config.json of a Hugging Face checkpoint (huggingface-config.ts).
import { userError } from '../../base/errors/problem';
import { expertsSchema, type Architecture } from '../../documents/run/schema';
import { scalingFromArchitecture } from './rope/architecture';
import type { RopeScaling } from './rope/scaling';

/** The layer of experts that Mixtral has in place of the feed-forward block. */
export interface Experts {
  readonly count: number;
  /** Experts each token goes to. */
  readonly perToken: number;
  /** Factor of the load-balance loss in training (router_aux_loss_coef). */
  readonly balanceLossWeight: number;
  /** In training the input of router and experts is multiplied by U(1 − jitter, 1 + jitter). */
  readonly routerJitter: number;
}

/** Everything that decides which function the weights compute. */
export interface ModelConfig {
  readonly family: Architecture['family'];
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  /** Numbers in one head; hiddenSize / heads unless the checkpoint says otherwise. */
  readonly headSize: number;
  /** Longest sequence the model was made for, in tokens. */
  readonly maxPositions: number;
  readonly ropeTheta: number;
  /** How frequencies are stretched; absent for the plain ones. */
  readonly ropeScaling?: RopeScaling;
  /** Keys a query sees back, itself included; null for all. */
  readonly slidingWindow: number | null;
  readonly normEpsilon: number;
  /** The embedding matrix is the output head too. */
  readonly tieEmbeddings: boolean;
  /** Biases in the four projections of attention, and in the three of the feed-forward block; Llama may have them. */
  readonly attentionBias?: boolean;
  readonly feedForwardBias?: boolean;
  /** Present in Mixtral only, and always. */
  readonly experts?: Experts;
  readonly bosTokenId?: number | undefined;
  readonly eosTokenId: number;
  readonly padTokenId?: number | undefined;
}

/** Ids a tokenizer gives its special tokens; a `Tokenizer` is one. */
export interface SpecialTokenIds {
  readonly beginId: number | undefined;
  readonly endId: number;
  readonly padId: number | undefined;
}

/** The config of a new model of this shape for a tokenizer of `vocabularySize` tokens. */
export function configFromArchitecture(architecture: Architecture, vocabularySize: number, special: SpecialTokenIds): ModelConfig {
  const headSize = architecture.headSize ?? architecture.hiddenSize / architecture.heads;
  const config: ModelConfig = {
    family: architecture.family,
    vocabularySize,
    hiddenSize: architecture.hiddenSize,
    intermediateSize: architecture.intermediateSize,
    layers: architecture.layers,
    heads: architecture.heads,
    keyValueHeads: architecture.keyValueHeads,
    headSize,
    maxPositions: architecture.maxPositions,
    ropeTheta: architecture.ropeTheta,
    ...(architecture.ropeScaling ? { ropeScaling: scalingFromArchitecture(architecture.ropeScaling, headSize) } : {}),
    slidingWindow: architecture.slidingWindow,
    normEpsilon: architecture.normEpsilon,
    tieEmbeddings: architecture.tieEmbeddings,
    ...(architecture.attentionBias ? { attentionBias: true } : {}),
    ...(architecture.feedForwardBias ? { feedForwardBias: true } : {}),
    ...(architecture.family === 'mixtral' ? { experts: architecture.experts ?? expertsSchema.parse({}) } : {}),
    bosTokenId: special.beginId,
    eosTokenId: special.endId,
    // A padding token that also ends texts has a meaning to learn; named here it would not be learnt.
    padTokenId: special.padId === special.endId ? undefined : special.padId,
  };
  requireConsistentShape(config, undefined, { keyValueHeads: 'keyValueHeads', headSize: 'headSize', hiddenSize: 'hiddenSize', perToken: 'experts.perToken' });
  return config;
}

/** Refuses head counts and sizes that fit no attention layer; `keys` are the names to blame in `file`. */
export function requireConsistentShape(
  config: ModelConfig, file: string | undefined, keys: { readonly keyValueHeads: string; readonly headSize: string; readonly hiddenSize: string; readonly perToken: string },
): void {
  const place = file === undefined ? {} : { file };
  if (config.heads % config.keyValueHeads !== 0) {
    throw userError({
      code: 'model-head-groups', ...place, key: keys.keyValueHeads, value: String(config.keyValueHeads),
      message: `The ${config.heads} attention heads can not be shared out evenly over the key/value heads.`,
      next: 'Choose a number of key/value heads that divides the number of heads.',
    });
  }
  if (!Number.isInteger(config.headSize) || config.headSize % 2 !== 0) {
    throw userError({
      code: 'model-head-size', ...place, key: keys.headSize, value: String(config.headSize),
      message: 'Rotary positions need heads of an even, whole size.',
      next: 'Set the head size, or choose a hidden size that is an even multiple of the number of heads.',
    });
  }
  if (config.family === 'llama' && config.hiddenSize % config.heads !== 0) {
    throw userError({
      code: 'model-hidden-size', ...place, key: keys.hiddenSize, value: String(config.hiddenSize),
      message: `transformers opens a Llama only when its hidden size is a multiple of its ${config.heads} heads.`,
      next: 'Choose a multiple, or another number of heads.',
    });
  }
  if (config.experts && config.experts.perToken > config.experts.count) {
    throw userError({
      code: 'model-experts', ...place, key: keys.perToken, value: String(config.experts.perToken),
      message: `A token can not go to more than the ${config.experts.count} experts there are.`, next: 'Choose fewer experts for each token, or more experts.',
    });
  }
}
