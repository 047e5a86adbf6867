// A model as one GGUF file for llama.cpp and what is built on it.
import type { Model } from '../model';
import type { Tokenizer } from '../tokenizer';
import { ggufArchitecture } from './architecture';
import { ggufTensors } from './tensors';
import { ggufTokenizer } from './tokenizer';
import { fileTypes, type GgufDtype } from './types';
import { writeGguf, type GgufValue } from './write';

export type { GgufDtype } from './types';

export interface GgufExport {
  readonly name: string;
  readonly dtype: GgufDtype;
  /** Folder of tokenizer.json, opened as `tokenizer`. */
  readonly tokenizerFolder: string;
  readonly tokenizer: Tokenizer;
  /** More metadata, as texts. */
  readonly extra: Readonly<Record<string, string>>;
}

/** Writes atomically, tensor by tensor. Returns what the reader should know of the file. */
export async function saveGguf(model: Model, file: string, { name, dtype, tokenizerFolder, tokenizer, extra }: GgufExport): Promise<readonly string[]> {
  const architecture = ggufArchitecture(model.config);
  const words = await ggufTokenizer(tokenizerFolder, tokenizer, model.config.vocabularySize);
  const metadata = new Map<string, GgufValue>([
    ['general.architecture', { text: 'llama' }], ['general.type', { text: 'model' }], ['general.name', { text: name }],
    ['general.file_type', { count: fileTypes[dtype] }], ['general.quantization_version', { count: 2 }],
    ...architecture.metadata, ...words.metadata, ...Object.entries(extra).map(([key, text]) => [key, { text }] as const),
  ]);
  await writeGguf(file, metadata, [...architecture.tensors, ...ggufTensors(model, dtype)]);
  return [...architecture.notes, ...words.notes];
}
