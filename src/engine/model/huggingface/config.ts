// config.json of the Hugging Face layout, read and written. Defaults are those of transformers' configuration classes
// (5.x); whatever would make the weights compute another function than ours is refused by name.
import { z } from 'zod';
import { nonNegativeInteger, positiveInteger } from '../../../documents/common/fields';
import { requireConsistentShape, type Experts, type ModelConfig } from '../config';
import { families, type Family } from './families';
import { isObject, malformed, parseWith, unsupported, type Json } from './problems';
import { readRope, writeRope } from './rope';

const tokenId = z.union([nonNegativeInteger, z.array(nonNegativeInteger).min(1).transform((ids) => ids[0]!)]);

/** Where a key is left out, the family's own default is taken. */
const shapeSchema = z.object({
  vocab_size: positiveInteger.default(32000),
  hidden_size: positiveInteger.default(4096),
  intermediate_size: positiveInteger.optional(),
  num_hidden_layers: positiveInteger.default(32),
  num_attention_heads: positiveInteger.default(32),
  num_key_value_heads: positiveInteger.nullable().optional(),
  head_dim: positiveInteger.nullish(),
  max_position_embeddings: positiveInteger.optional(),
  rms_norm_eps: z.number().positive().optional(),
  sliding_window: positiveInteger.nullable().optional(),
  attention_bias: z.boolean().nullish(),
  mlp_bias: z.boolean().nullish(),
  tie_word_embeddings: z.boolean().default(false),
  bos_token_id: nonNegativeInteger.nullish(),
  eos_token_id: tokenId.default(2),
  pad_token_id: nonNegativeInteger.nullish(),
});

const expertsSchema = z.object({
  num_local_experts: positiveInteger.default(8),
  num_experts_per_tok: positiveInteger.default(2),
  router_aux_loss_coef: z.number().nonnegative().default(0.001),
  router_jitter_noise: z.number().nonnegative().max(1).default(0),
}).transform((found): Experts => ({
  count: found.num_local_experts, perToken: found.num_experts_per_tok,
  balanceLossWeight: found.router_aux_loss_coef, routerJitter: found.router_jitter_noise,
}));

/** Layers times experts; six times those of the largest models there are. A larger number is no model but would fill the memory with names. */
const largestBlocks = 100_000;

const absent = (value: unknown): boolean => value === undefined || value === null;
const list = (names: readonly string[]): string => `${names.slice(0, -1).join(', ')} and ${names.at(-1)!} are`;

/** Reads a parsed config.json; `file` is named in every complaint. */
export function configFromHuggingFace(json: unknown, file: string): ModelConfig {
  if (!isObject(json)) throw malformed(file, undefined, json, 'The model configuration is not a JSON object.');
  const family = familyOf(json, file);
  refuseOtherFunctions(json, family, file);
  const values = parseWith(shapeSchema, json, file);
  const { defaults } = family;
  const headSize = values.head_dim ?? values.hidden_size / values.num_attention_heads;
  const maxPositions = values.max_position_embeddings ?? defaults.maxPositions;
  const keyValueHeads = values.num_key_value_heads === undefined ? defaults.keyValueHeads : values.num_key_value_heads;
  const slidingWindow = values.sliding_window === undefined ? defaults.slidingWindow : values.sliding_window;
  const rope = readRope(json, file, { headSize, maxPositions, defaultTheta: defaults.ropeTheta });
  const config: ModelConfig = {
    family: family.name,
    vocabularySize: values.vocab_size,
    hiddenSize: values.hidden_size,
    intermediateSize: values.intermediate_size ?? defaults.intermediateSize,
    layers: values.num_hidden_layers,
    heads: values.num_attention_heads,
    keyValueHeads: keyValueHeads ?? values.num_attention_heads,
    headSize,
    maxPositions,
    ropeTheta: rope.theta,
    ...(rope.scaling ? { ropeScaling: rope.scaling } : {}),
    slidingWindow: family.hasWindow ? slidingWindow : null,
    normEpsilon: values.rms_norm_eps ?? defaults.normEpsilon,
    tieEmbeddings: values.tie_word_embeddings,
    ...(values.attention_bias ? { attentionBias: true } : {}),
    ...(values.mlp_bias ? { feedForwardBias: true } : {}),
    ...(family.hasExperts ? { experts: parseWith(expertsSchema, json, file) } : {}),
    bosTokenId: values.bos_token_id ?? undefined,
    eosTokenId: values.eos_token_id,
    padTokenId: values.pad_token_id ?? undefined,
  };
  if (config.layers * (config.experts?.count ?? 1) > largestBlocks) {
    throw malformed(file, 'num_hidden_layers', config.layers, `The model would have more than ${largestBlocks} feed-forward blocks.`);
  }
  requireConsistentShape(config, file, { keyValueHeads: 'num_key_value_heads', headSize: 'head_dim', hiddenSize: 'hidden_size', perToken: 'num_experts_per_tok' });
  return config;
}

function familyOf(json: Json, file: string): Family {
  const name = json['model_type'];
  if (typeof name === 'string' && Object.hasOwn(families, name)) return families[name as keyof typeof families];
  throw unsupported(file, 'model_type', name, `This architecture is not supported; ${list(Object.keys(families))}.`);
}

function refuseOtherFunctions(json: Json, family: Family, file: string): void {
  const refuseUnless = (accepted: boolean, key: string, message: string): void => {
    if (!accepted) throw unsupported(file, key, json[key], message);
  };
  const { architectures } = json;
  refuseUnless(absent(architectures) || (Array.isArray(architectures) && architectures.includes(family.className)), 'architectures', `This model class is not supported; ${family.className} is.`);
  refuseUnless(absent(json['hidden_act']) || json['hidden_act'] === 'silu', 'hidden_act', 'This activation is not supported; silu is.');
  refuseUnless(absent(json['quantization_config']), 'quantization_config', 'Quantised weights are not supported.');
  for (const key of ['attention_bias', 'mlp_bias']) {
    refuseUnless(family.hasBiases || absent(json[key]) || json[key] === false, key, `The ${family.name} architecture has no such biases; llama may have them.`);
  }
}

/** Names of number formats in config.json. */
export type TorchDtype = 'float32' | 'bfloat16' | 'float16';

/** The content of config.json. */
export function configToHuggingFace(config: ModelConfig, dtype: TorchDtype = 'float32'): Record<string, unknown> {
  const family = families[config.family];
  return {
    architectures: [family.className],
    model_type: family.name,
    vocab_size: config.vocabularySize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.headSize,
    hidden_act: 'silu',
    max_position_embeddings: config.maxPositions,
    rms_norm_eps: config.normEpsilon,
    ...writeRope(config.ropeTheta, config.ropeScaling),
    ...(family.hasWindow ? { sliding_window: config.slidingWindow } : {}),
    ...(family.hasBiases ? { attention_bias: config.attentionBias ?? false, mlp_bias: config.feedForwardBias ?? false } : {}),
    ...(config.experts ? expertsToHuggingFace(config.experts) : {}),
    attention_dropout: 0,
    tie_word_embeddings: config.tieEmbeddings,
    bos_token_id: config.bosTokenId ?? null,
    eos_token_id: config.eosTokenId,
    pad_token_id: config.padTokenId ?? null,
    torch_dtype: dtype,
    use_cache: true,
  };
}

function expertsToHuggingFace(experts: Experts): Json {
  return {
    num_local_experts: experts.count, num_experts_per_tok: experts.perToken,
    router_aux_loss_coef: experts.balanceLossWeight, router_jitter_noise: experts.routerJitter,
  };
}

/** Values that transformers 5 refuses, or warns of, when they have no decimal point. */
const wholeFloats = /"(rms_norm_eps|router_aux_loss_coef|router_jitter_noise|attention_factor)": (\d+)(?=[,\n])/g;

/** The text of config.json. JSON of JavaScript writes 0.0 as 0, which Python reads as an integer. */
export function configText(config: ModelConfig, dtype?: TorchDtype): string {
  const text = JSON.stringify(configToHuggingFace(config, dtype), undefined, 2);
  return `${text.replace(wholeFloats, '"$1": $2.0')}\n`;
}

/** The content of generation_config.json: where transformers' generate() starts and stops. */
export function generationConfigToHuggingFace(config: ModelConfig): Record<string, unknown> {
  return {
    ...(config.bosTokenId === undefined ? {} : { bos_token_id: config.bosTokenId }),
    eos_token_id: config.eosTokenId,
    ...(config.padTokenId === undefined ? {} : { pad_token_id: config.padTokenId }),
  };
}
