// config.json of the Hugging Face layout, read and written. Defaults are those of transformers' MistralConfig (5.x);
// whatever would make the weights compute another function than ours is refused by name.
import { z } from 'zod';
import { userError } from '../../base/errors/problem';
import { nonNegativeInteger, positiveInteger } from '../../documents/common/fields';
import { requireConsistentShape, type ModelConfig } from './config';

const tokenId = z.union([nonNegativeInteger, z.array(nonNegativeInteger).min(1).transform((ids) => ids[0]!)]);

const mistralSchema = z.looseObject({
  vocab_size: positiveInteger.default(32000),
  hidden_size: positiveInteger.default(4096),
  intermediate_size: positiveInteger.default(14336),
  num_hidden_layers: positiveInteger.default(32),
  num_attention_heads: positiveInteger.default(32),
  num_key_value_heads: positiveInteger.nullable().default(8),
  head_dim: positiveInteger.nullish(),
  max_position_embeddings: positiveInteger.default(131072),
  rms_norm_eps: z.number().positive().default(1e-6),
  rope_theta: z.number().positive().optional(),
  rope_parameters: z.looseObject({ rope_theta: z.number().positive().optional() }).nullish(),
  sliding_window: positiveInteger.nullable().default(4096),
  tie_word_embeddings: z.boolean().default(false),
  bos_token_id: nonNegativeInteger.nullish(),
  eos_token_id: tokenId.default(2),
  pad_token_id: nonNegativeInteger.nullish(),
});

type Json = Readonly<Record<string, unknown>>;

/** A key whose value we can not honour, and the values we can (all others are refused). */
interface Requirement { readonly key: string; readonly accepts: (value: unknown) => boolean; readonly message: string }

const absent = (value: unknown): boolean => value === undefined || value === null;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
const ropeKind = (value: Json): unknown => value['rope_type'] ?? value['type'] ?? 'default';
const plainRope = (value: unknown): boolean =>
  absent(value) || (isObject(value) && ropeKind(value) === 'default' && (value['partial_rotary_factor'] ?? 1) === 1);

const requirements: readonly Requirement[] = [
  { key: 'model_type', accepts: (value) => value === 'mistral', message: 'This architecture is not supported; mistral is.' },
  {
    key: 'architectures', message: 'This model class is not supported; MistralForCausalLM is.',
    accepts: (value) => absent(value) || (Array.isArray(value) && value.includes('MistralForCausalLM')),
  },
  { key: 'hidden_act', accepts: (value) => absent(value) || value === 'silu', message: 'This activation is not supported; silu is.' },
  { key: 'rope_scaling', accepts: plainRope, message: 'Scaled rotary positions are not supported.' },
  { key: 'rope_parameters', accepts: plainRope, message: 'Scaled rotary positions are not supported.' },
  { key: 'attention_bias', accepts: (value) => absent(value) || value === false, message: 'Biases in attention are not supported.' },
  { key: 'mlp_bias', accepts: (value) => absent(value) || value === false, message: 'Biases in the feed-forward layers are not supported.' },
  { key: 'quantization_config', accepts: absent, message: 'Quantised weights are not supported.' },
];

/** Reads a parsed config.json; `file` is named in every complaint. */
export function configFromHuggingFace(json: unknown, file: string): ModelConfig {
  if (!isObject(json)) {
    throw userError({ code: 'model-config-malformed', file, message: 'The model configuration is not a JSON object.', next: 'Copy config.json from the checkpoint again.' });
  }
  for (const { key, accepts, message } of requirements) {
    if (!accepts(json[key])) {
      throw userError({
        code: 'model-unsupported', file, key, value: shown(json[key]), message,
        next: 'Use a checkpoint of the Mistral architecture, such as one saved by MistralForCausalLM.save_pretrained.',
      });
    }
  }
  const parsed = mistralSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const value = issue.path.reduce<unknown>((at, part) => (isObject(at) ? at[String(part)] : undefined), json);
    throw userError({
      code: 'model-config-malformed', file, key: issue.path.join('.'), value: shown(value), message: `${issue.message}.`,
      next: 'Copy config.json from the checkpoint again.',
    });
  }
  const values = parsed.data;
  const config: ModelConfig = {
    family: 'mistral',
    vocabularySize: values.vocab_size,
    hiddenSize: values.hidden_size,
    intermediateSize: values.intermediate_size,
    layers: values.num_hidden_layers,
    heads: values.num_attention_heads,
    keyValueHeads: values.num_key_value_heads ?? values.num_attention_heads,
    headSize: values.head_dim ?? values.hidden_size / values.num_attention_heads,
    maxPositions: values.max_position_embeddings,
    ropeTheta: values.rope_parameters?.rope_theta ?? values.rope_theta ?? 10000,
    slidingWindow: values.sliding_window,
    normEpsilon: values.rms_norm_eps,
    tieEmbeddings: values.tie_word_embeddings,
    bosTokenId: values.bos_token_id ?? undefined,
    eosTokenId: values.eos_token_id,
    padTokenId: values.pad_token_id ?? undefined,
  };
  requireConsistentShape(config, file, { keyValueHeads: 'num_key_value_heads', headSize: 'head_dim' });
  return config;
}

/** The content of config.json. `rope_theta` stands alone: transformers 4 reads it, 5 and later convert it. */
export function configToHuggingFace(config: ModelConfig, dtype: 'float32' | 'bfloat16' = 'float32'): Record<string, unknown> {
  return {
    architectures: ['MistralForCausalLM'],
    model_type: 'mistral',
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
    rope_theta: config.ropeTheta,
    sliding_window: config.slidingWindow,
    attention_dropout: 0,
    tie_word_embeddings: config.tieEmbeddings,
    bos_token_id: config.bosTokenId ?? null,
    eos_token_id: config.eosTokenId,
    pad_token_id: config.padTokenId ?? null,
    torch_dtype: dtype,
    use_cache: true,
  };
}

/** The content of generation_config.json: where transformers' generate() starts and stops. */
export function generationConfigToHuggingFace(config: ModelConfig): Record<string, unknown> {
  return {
    ...(config.bosTokenId === undefined ? {} : { bos_token_id: config.bosTokenId }),
    eos_token_id: config.eosTokenId,
    ...(config.padTokenId === undefined ? {} : { pad_token_id: config.padTokenId }),
  };
}
