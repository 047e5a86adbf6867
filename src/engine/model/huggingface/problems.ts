// What can be wrong with a config.json, said by file, key and value.
import type { z } from 'zod';
import { userError } from '../../../base/errors/problem';

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
export const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

export function malformed(file: string, key: string | undefined, value: unknown, message: string): Error {
  return userError({
    code: 'model-config-malformed', file, message, next: 'Copy config.json from the checkpoint again.',
    ...(key === undefined ? {} : { key, value: shown(value) }),
  });
}

/** Something the weights would need and we do not compute. */
export function unsupported(file: string, key: string, value: unknown, message: string): Error {
  return userError({
    code: 'model-unsupported', file, key, value: shown(value), message,
    next: 'Use a checkpoint of the Mistral, Llama or Mixtral architecture, as its save_pretrained writes it.',
  });
}

/** The values of `json` by `schema`; a complaint names its first problem, below `prefix` when the object lies inside another. */
export function parseWith<T>(schema: z.ZodType<T>, json: Json, file: string, prefix?: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const value = issue.path.reduce<unknown>((at, part) => (isObject(at) || Array.isArray(at) ? (at as Json)[String(part)] : undefined), json);
  throw malformed(file, [...(prefix === undefined ? [] : [prefix]), ...issue.path].join('.'), value, `${issue.message}.`);
}
