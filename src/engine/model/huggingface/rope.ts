// The rotary part of config.json: `rope_scaling` with `rope_theta` beside it (transformers 4), or `rope_parameters` with
// everything inside (5 and later). Read in the order of precedence that transformers 5 has.
import { z } from 'zod';
import { positiveInteger } from '../../../documents/common/fields';
import { ropeKinds, type RopeScaling } from '../rope/scaling';
import { isObject, malformed, parseWith, unsupported, type Json } from './problems';

const positive = z.number().positive();
const factor = z.number().min(1);
const original = { original_max_position_embeddings: positiveInteger };

export interface Rope { readonly theta: number; readonly scaling?: RopeScaling }

/** What the meaning of the rotary part depends on beside itself. */
export interface RopeContext { readonly headSize: number; readonly maxPositions: number; readonly defaultTheta: number }

/** Each kind's fields, by their names in config.json, to ours. */
const readers = {
  linear: z.object({ factor }).transform(({ factor }): RopeScaling => ({ kind: 'linear', factor })),
  dynamic: z.object({ factor }).transform(({ factor }): RopeScaling => ({ kind: 'dynamic', factor })),
  yarn: z.object({
    ...original, factor, attention_factor: positive.nullish(), beta_fast: positive.nullish(), beta_slow: positive.nullish(),
    mscale: z.number().nonnegative().nullish(), mscale_all_dim: z.number().nonnegative().nullish(), truncate: z.boolean().nullish(),
  }).transform((found): RopeScaling => ({
    kind: 'yarn', factor: found.factor, originalMaxPositions: found.original_max_position_embeddings,
    ...(found.attention_factor ? { attentionFactor: found.attention_factor } : {}),
    betaFast: found.beta_fast ?? 32, betaSlow: found.beta_slow ?? 1,
    ...(found.mscale ? { mscale: found.mscale } : {}), ...(found.mscale_all_dim ? { mscaleAllDim: found.mscale_all_dim } : {}),
    truncate: found.truncate ?? true,
  })),
  longrope: z.object({
    ...original, factor: factor.nullish(), attention_factor: positive.nullish(), short_factor: z.array(positive), long_factor: z.array(positive),
  }).transform((found): RopeScaling => ({
    kind: 'longrope', ...(found.factor ? { factor: found.factor } : {}), originalMaxPositions: found.original_max_position_embeddings,
    ...(found.attention_factor ? { attentionFactor: found.attention_factor } : {}), shortFactor: found.short_factor, longFactor: found.long_factor,
  })),
  llama3: z.object({ ...original, factor, low_freq_factor: positive, high_freq_factor: positive }).transform((found): RopeScaling => ({
    kind: 'llama3', factor: found.factor, originalMaxPositions: found.original_max_position_embeddings,
    lowFrequencyFactor: found.low_freq_factor, highFrequencyFactor: found.high_freq_factor,
  })),
} as const;

export function readRope(json: Json, file: string, { headSize, maxPositions, defaultTheta }: RopeContext): Rope {
  const key = isObject(json['rope_scaling']) && Object.keys(json['rope_scaling']).length > 0 ? 'rope_scaling' : 'rope_parameters';
  const found = json[key] ?? {};
  if (!isObject(found)) throw malformed(file, key, found, 'The rotary parameters are not an object.');
  const nested = Object.keys(found).find((name) => isObject(found[name]));
  if (nested !== undefined) throw unsupported(file, `${key}.${nested}`, found[nested], 'Rotary parameters of their own for some layers are not supported.');
  const partial = found['partial_rotary_factor'] ?? json['partial_rotary_factor'] ?? 1;
  if (partial !== 1) throw unsupported(file, 'partial_rotary_factor', partial, 'Heads that are turned in part only are not supported.');

  const inside = found['rope_theta'] !== undefined && found['rope_theta'] !== null;
  const { rope_theta: theta } = parseWith(
    z.object({ rope_theta: positive }), { rope_theta: inside ? found['rope_theta'] : json['rope_theta'] ?? defaultTheta }, file, inside ? key : undefined,
  );
  const kind = found['rope_type'] ?? found['type'] ?? 'default';
  if (kind === 'default') return { theta };
  if (typeof kind !== 'string' || !isScaled(kind)) {
    throw unsupported(file, `${key}.rope_type`, kind, `This kind of rotary positions is not supported; ${ropeKinds.join(', ')} are.`);
  }
  const originalMaxPositions = json['original_max_position_embeddings'] ?? found['original_max_position_embeddings'] ?? maxPositions;
  const complete = {
    ...found, original_max_position_embeddings: originalMaxPositions,
    ...(kind === 'yarn' ? { factor: found['factor'] ?? maxPositions / Number(originalMaxPositions) } : {}),
  };
  const scaling = parseWith(readers[kind], complete, file, key);
  refuseMeaningless(scaling, headSize, file, key);
  return { theta, scaling };
}

function isScaled(kind: string): kind is keyof typeof readers {
  return Object.hasOwn(readers, kind);
}

/** Values that pass one by one and make no frequencies together. */
function refuseMeaningless(scaling: RopeScaling, headSize: number, file: string, key: string): void {
  if (scaling.kind === 'longrope') {
    for (const [name, factors] of [['short_factor', scaling.shortFactor], ['long_factor', scaling.longFactor]] as const) {
      if (factors.length !== headSize / 2) {
        throw malformed(file, `${key}.${name}`, factors, `There are ${factors.length} factors for the ${headSize / 2} frequencies of a head.`);
      }
    }
  }
  if (scaling.kind === 'llama3' && scaling.highFrequencyFactor <= scaling.lowFrequencyFactor) {
    throw malformed(file, `${key}.high_freq_factor`, scaling.highFrequencyFactor, `It is not above low_freq_factor, ${scaling.lowFrequencyFactor}.`);
  }
  if (scaling.kind === 'dynamic' && headSize === 2) {
    throw unsupported(file, `${key}.rope_type`, scaling.kind, 'Dynamic scaling is not defined for heads of two numbers.');
  }
}

/** `rope_theta` stands alone and the rest in `rope_scaling`: transformers 4 reads that, 5 and later convert it. */
export function writeRope(theta: number, scaling: RopeScaling | undefined): Json {
  return { rope_theta: theta, ...(scaling === undefined ? {} : { rope_scaling: { rope_type: scaling.kind, ...fieldsOf(scaling) } }) };
}

function fieldsOf(scaling: RopeScaling): Json {
  const optional = (fields: Json): Json => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  switch (scaling.kind) {
    case 'linear': case 'dynamic': return { factor: scaling.factor };
    case 'yarn': return {
      factor: scaling.factor, original_max_position_embeddings: scaling.originalMaxPositions, beta_fast: scaling.betaFast, beta_slow: scaling.betaSlow,
      ...optional({ attention_factor: scaling.attentionFactor, mscale: scaling.mscale, mscale_all_dim: scaling.mscaleAllDim, truncate: scaling.truncate ? undefined : false }),
    };
    case 'longrope': return {
      original_max_position_embeddings: scaling.originalMaxPositions, short_factor: scaling.shortFactor, long_factor: scaling.longFactor,
      ...optional({ factor: scaling.factor, attention_factor: scaling.attentionFactor }),
    };
    case 'llama3': return {
      factor: scaling.factor, original_max_position_embeddings: scaling.originalMaxPositions,
      low_freq_factor: scaling.lowFrequencyFactor, high_freq_factor: scaling.highFrequencyFactor,
    };
  }
}
