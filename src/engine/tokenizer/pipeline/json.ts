// Reads the parts of tokenizer.json, and says which part is not as the tokenizers library writes it.
export type Json = Readonly<Record<string, unknown>>;

/** Something in tokenizer.json that is malformed or that we do not compute; `key` is its dotted place. */
export class TokenizerProblem extends Error {
  constructor(readonly key: string, message: string, readonly value?: string) {
    super(message);
  }
}

/** A part with a type, such as a decoder, and where it stands. */
export interface Part { readonly json: Json; readonly type: string; readonly at: string }

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The part `json[key]`; undefined when it is null or left out. */
export function partOf(json: Json, key: string, at = key): Part | undefined {
  const value = json[key];
  return value === undefined || value === null ? undefined : part(value, at);
}

/** The parts of a Sequence, whose list is called differently by each kind of part. */
export function partsOf({ json, at }: Part, key: string): Part[] {
  const list = json[key];
  if (!Array.isArray(list)) throw new TokenizerProblem(`${at}.${key}`, 'this must be a list');
  return list.map((value, index) => part(value, `${at}.${key}[${index}]`));
}

function part(value: unknown, at: string): Part {
  if (!isObject(value) || typeof value['type'] !== 'string') throw new TokenizerProblem(at, 'this must be an object with a type');
  return { json: value, type: value['type'], at };
}

export function textOf({ json, at }: Pick<Part, 'json' | 'at'>, key: string, otherwise?: string): string {
  const value = json[key] ?? otherwise;
  if (typeof value !== 'string') throw new TokenizerProblem(`${at}.${key}`, 'this must be a text');
  return value;
}

export function flagOf({ json }: Pick<Part, 'json'>, key: string, otherwise: boolean): boolean {
  const value = json[key];
  return typeof value === 'boolean' ? value : otherwise;
}

export function countOf({ json, at }: Pick<Part, 'json' | 'at'>, key: string, otherwise: number): number {
  const value = json[key] ?? otherwise;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw new TokenizerProblem(`${at}.${key}`, 'this must be a whole number');
  return value;
}

export function unsupported({ type, at }: Part, what: string, known: readonly string[]): TokenizerProblem {
  return new TokenizerProblem(`${at}.type`, `this kind of ${what} is not supported; ${known.join(', ')} are`, type);
}
