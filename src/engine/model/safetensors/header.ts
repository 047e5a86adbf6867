// The header of a safetensors file: eight bytes of length, then JSON that names every tensor, its format, shape and bytes.
// Format: https://github.com/huggingface/safetensors (README, "Format").
import { userError } from '../../../base/errors/problem';
import { elements } from '../parameters';
import { bytesPerElement, isSupportedDtype, type SafetensorsDtype } from './dtype';

export interface TensorEntry {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** First byte and byte after the last, counted from the start of the data. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** One message for a damaged file: which file, which tensor when known, and what is wrong. */
export function damaged(file: string, message: string, tensor?: string): Error {
  return userError({
    code: 'checkpoint-damaged', file, ...(tensor === undefined ? {} : { key: tensor }), message,
    next: 'Copy the file from its source again.',
  });
}

/** Parses the header's JSON; `dataBytes` is what the file holds after it. */
export function parseHeader(text: string, file: string, dataBytes: number): SafetensorsHeader {
  const json = parseObject(text, file);
  const repeated = repeatedKey(text);
  if (repeated !== undefined) throw damaged(file, 'The header names this tensor twice.', repeated);
  const tensors = new Map<string, TensorEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') metadata = parseMetadata(value, file);
    else tensors.set(name, parseEntry(name, value, file, dataBytes));
  }
  requireContiguous(tensors, file, dataBytes);
  return { tensors, metadata };
}

function parseObject(text: string, file: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged(file, 'The header is not JSON, so this is no whole safetensors file.');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw damaged(file, 'The header is not a JSON object.');
  return json as Record<string, unknown>;
}

/** The first name the JSON object `text` has twice; of such names JSON.parse would silently keep the last. */
function repeatedKey(text: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  for (let at = 0, isKeyNext = false; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') {
      const end = stringEnd(text, at);
      if (isKeyNext) {
        const name = JSON.parse(text.slice(at, end + 1)) as string;
        if (seen.has(name)) return name;
        seen.add(name);
      }
      isKeyNext = false;
      at = end;
    } else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth === 1 && (character === '{' || character === ',')) isKeyNext = true;
  }
  return undefined;
}

/** Index of the quotation mark that ends the string begun at `start`. */
function stringEnd(text: string, start: number): number {
  let end = start + 1;
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end;
}

function parseMetadata(value: unknown, file: string): Record<string, string> {
  const good = typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === 'string');
  if (!good) throw damaged(file, 'The metadata in the header are not texts.', '__metadata__');
  return { ...value };
}

function parseEntry(name: string, value: unknown, file: string, dataBytes: number): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
  if (typeof dtype !== 'string' || !isIntegers(shape) || !isIntegers(offsets) || offsets.length !== 2) {
    throw damaged(file, 'The header does not give a number format, a shape and two byte offsets.', name);
  }
  if (!isSupportedDtype(dtype)) {
    throw userError({
      code: 'checkpoint-number-format', file, key: name, value: dtype, message: 'This number format is not supported; F32, F16 and BF16 are.',
      next: 'Save the checkpoint in one of them, for example with model.to(torch.bfloat16).save_pretrained.',
    });
  }
  const [begin, end] = offsets as [number, number];
  if (end - begin !== elements(shape) * bytesPerElement[dtype]) {
    throw damaged(file, `The header gives ${end - begin} bytes to a ${dtype} tensor of shape [${shape.join(', ')}].`, name);
  }
  if (end > dataBytes) {
    throw damaged(file, `The tensor ends at byte ${end} of the data, but the file holds ${dataBytes}: it is cut off.`, name);
  }
  return { dtype, shape, begin, end };
}

/** The format allows no overlap, no gap and nothing after the last tensor. */
function requireContiguous(tensors: ReadonlyMap<string, TensorEntry>, file: string, dataBytes: number): void {
  let expected = 0;
  for (const [name, entry] of [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (entry.begin !== expected) throw damaged(file, `The tensor starts at byte ${entry.begin} of the data instead of ${expected}.`, name);
    expected = entry.end;
  }
  if (expected !== dataBytes) throw damaged(file, `The file holds ${dataBytes - expected} bytes after its last tensor.`);
}

function isIntegers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
}
