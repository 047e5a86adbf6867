// Opens any GGUF file with llama.cpp: its tokenizer, its chat template and a generator. Several sequences share batches,
// which llama.cpp's binding makes of those that wait.
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import path from 'node:path';
import { availableParallelism } from 'node:os';
import { userError } from '../../../base/errors/problem';
import { renderChat, type ChatMessage } from '../../tokenizer';
import type { Generator } from '../interfaces';
import { createLlamaGenerator } from './generate';
import { fitSequences } from './memory';
import { openLlama, type LlamaModel } from './module';

export interface LlamaOptions {
  /** Sequences at once; each has a context of its own. */
  readonly sequences?: number;
  /** Tokens of prompt and answer together; the model's own, but at most 4,096, when left out. */
  readonly contextLength?: number;
  /**
   * When left out all cores but one, or one for a small model. Threads of llama.cpp wait for each other turning in circles:
   * one of them on a core that something else needs holds up all the others.
   */
  readonly threads?: number;
  /** Most memory this process may take: fewer sequences, then shorter ones, are made where it is little. Throws when nothing fits. */
  readonly capBytes?: number;
}

export interface LoadedGguf {
  /** The file's name without its ending. */
  readonly name: string;
  /** SHA-256 over the file. */
  readonly hash: string;
  readonly contextLength: number;
  /** Tokens the model was made for. */
  readonly modelContextLength: number;
  readonly tokenizer: GgufTokenizer;
  readonly generator: Generator;
  dispose(): Promise<void>;
}

/** Keys and values of every sequence are allocated at once. */
const mostContext = 4096;
const tokensPerBatch = 512;
const usualSequences = 4;
const smallModelBytes = 2 ** 26;

export async function openGguf(file: string, options: LlamaOptions = {}): Promise<LoadedGguf> {
  const { threads = usualThreads(file), capBytes = Infinity } = options;
  const heldBytes = process.memoryUsage.rss();
  const llama = await openLlama(threads);
  try {
    const model = await llama.loadModel({ modelPath: file }).catch((error: unknown): never => {
      throw userError({ code: 'gguf-unreadable', file, message: `llama.cpp does not open this file: ${error instanceof Error ? error.message : String(error)}`, next: 'Check that it is a whole GGUF file of a text model.' });
    });
    const { sequences, contextLength } = fitSequences(model.fileInfo.metadata, {
      sequences: options.sequences ?? usualSequences, contextLength: Math.min(model.trainContextSize, options.contextLength ?? mostContext),
    }, { capBytes, heldBytes: heldBytes + fileBytes(file), file });
    const context = await model.createContext({ sequences, contextSize: contextLength, batchSize: tokensPerBatch, threads });
    const tokenizer = new GgufTokenizer(model, file);
    return {
      name: path.basename(file).replace(/\.gguf$/i, ''), hash: await fileHash(file), contextLength, modelContextLength: model.trainContextSize, tokenizer,
      generator: createLlamaGenerator(model, Array.from({ length: sequences }, () => context.getSequence()), tokenizer),
      dispose: () => llama.dispose(),
    };
  } catch (error) {
    await llama.dispose();
    throw error;
  }
}

function fileBytes(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function usualThreads(file: string): number {
  return fileBytes(file) < smallModelBytes ? 1 : Math.max(1, availableParallelism() - 1);
}

async function fileHash(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** The tokenizer that is in the file. */
export class GgufTokenizer {
  constructor(private readonly model: LlamaModel, private readonly file: string) {}

  get vocabularySize(): number {
    return this.model.fileInfo.metadata.tokenizer?.ggml?.tokens?.length ?? Infinity;
  }

  get chatTemplate(): string | undefined {
    return this.model.fileInfo.metadata.tokenizer?.chat_template;
  }

  encode(text: string, { addSpecialTokens = false }: { readonly addSpecialTokens?: boolean } = {}): readonly number[] {
    const { bos, shouldPrependBosToken } = this.model.tokens;
    const ids = this.model.tokenize(text, true);
    return addSpecialTokens && shouldPrependBosToken && bos !== null ? [bos, ...ids] : ids;
  }

  decode(ids: readonly number[], { keepSpecialTokens = false }: { readonly keepSpecialTokens?: boolean } = {}): string {
    return this.model.detokenize(ids, keepSpecialTokens);
  }

  renderChat(messages: readonly ChatMessage[], { addGenerationPrompt }: { readonly addGenerationPrompt: boolean }): string {
    const { bosString, eosString } = this.model.tokens;
    return renderChat({ template: this.chatTemplate ?? '', messages, addGenerationPrompt, tokens: { bos_token: bosString ?? '', eos_token: eosString ?? '' }, file: this.file });
  }
}
