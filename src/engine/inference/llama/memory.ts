// How many sequences of a GGUF model, and how long, go into the memory a process may take: llama.cpp allocates the keys and
// values of all of them when the context is made.
import { userError } from '../../../base/errors/problem';
import { formatBytes } from '../../../base/text/bytes';

export interface SequenceShape {
  readonly sequences: number;
  /** Tokens of each. */
  readonly contextLength: number;
}

export interface MemoryOfProcess {
  readonly capBytes: number;
  /** With the weights, which are mapped and so come in as they are used. */
  readonly heldBytes: number;
  /** For messages. */
  readonly file: string;
}

/** f16, llama.cpp's own choice. */
const bytesPerNumber = 2;
/** A batch's working space, V8's garbage, requests being read. */
const workBytes = 320 * 2 ** 20;
const fewestTokens = 128;
/** Where the file does not say its shape: as of a model of 7 B with all heads. */
const bytesPerTokenUnknown = 2 ** 19;

/** As wanted where that fits; else fewer sequences, and then a shorter one. Throws a user error when not even that fits. */
export function fitSequences(metadata: Readonly<Record<string, unknown>>, wanted: SequenceShape, { capBytes, heldBytes, file }: MemoryOfProcess): SequenceShape {
  const perToken = keyValueBytesPerToken(metadata);
  const tokens = Math.floor((capBytes - heldBytes - workBytes) / perToken);
  const sequences = Math.min(wanted.sequences, Math.floor(tokens / wanted.contextLength));
  if (sequences >= 1) return { sequences, contextLength: wanted.contextLength };
  if (tokens >= Math.min(fewestTokens, wanted.contextLength)) return { sequences: 1, contextLength: tokens };
  throw userError({
    code: 'serve-memory', file, key: 'memory', value: formatBytes(capBytes),
    message: `this model needs about ${formatBytes(heldBytes + workBytes + fewestTokens * perToken)} of memory to be served and may take ${formatBytes(capBytes)}`,
    next: 'Allow more with --memory, or serve a smaller model.',
  });
}

/** Of one token in all layers, by the shape the file gives. */
export function keyValueBytesPerToken(metadata: Readonly<Record<string, unknown>>): number {
  const architecture = at(metadata, 'general', 'architecture');
  const shape = typeof architecture === 'string' ? metadata[architecture] : undefined;
  const layers = Number(at(shape, 'block_count'));
  const heads = Number(at(shape, 'attention', 'head_count'));
  const keyValueHeads = Number(at(shape, 'attention', 'head_count_kv') ?? heads);
  const headSize = Number(at(shape, 'attention', 'key_length') ?? Number(at(shape, 'embedding_length')) / heads);
  const bytes = layers * 2 * keyValueHeads * headSize * bytesPerNumber;
  return Number.isFinite(bytes) && bytes > 0 ? bytes : bytesPerTokenUnknown;
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>)[key] : undefined), value);
}
