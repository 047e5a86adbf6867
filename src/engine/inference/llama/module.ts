// What we use of node-llama-cpp 3.22, an optional part: nothing else of it is seen by the engine.
import { loadPart } from '../../parts/installed';

export interface LlamaOptions {
  readonly temperature: number;
  readonly topP: number;
  /** 0 for all. */
  readonly topK: number;
  readonly minP: number;
  readonly seed: number;
  readonly yieldEogToken: true;
  readonly repeatPenalty: false | {
    readonly punishTokens: () => number[];
    readonly maxPunishTokens: number;
    readonly penalty: number;
    readonly presencePenalty: number;
    readonly frequencyPenalty: number;
  };
}

export interface LlamaSequence {
  /** Tokens whose keys and values it holds. */
  readonly contextTokens: readonly number[];
  /** Keeps of the state what these tokens begin with, and forgets the rest. */
  adaptStateToTokens(tokens: readonly number[], allowShift: false): Promise<void>;
  evaluate(tokens: readonly number[], options: LlamaOptions): AsyncGenerator<number, void>;
  clearHistory(): Promise<void>;
}

export interface LlamaContext {
  readonly contextSize: number;
  getSequence(): LlamaSequence;
  dispose(): Promise<void>;
}

export interface LlamaModel {
  readonly trainContextSize: number;
  readonly tokens: {
    readonly bos: number | null;
    readonly bosString: string | null;
    readonly eosString: string | null;
    readonly shouldPrependBosToken: boolean;
  };
  /** Keys are those of the file, such as `general.architecture`, as nested objects. */
  readonly fileInfo: { readonly metadata: Readonly<Record<string, unknown>> & { readonly tokenizer?: { readonly ggml?: { readonly tokens?: readonly string[] }; readonly chat_template?: string } } };
  tokenize(text: string, specialTokens: true): number[];
  detokenize(tokens: readonly number[], specialTokens: boolean): string;
  isEogToken(token: number): boolean;
  createContext(options: { readonly sequences: number; readonly contextSize: number; readonly batchSize: number; readonly threads: number }): Promise<LlamaContext>;
  dispose(): Promise<void>;
}

export interface Llama {
  loadModel(options: { readonly modelPath: string; readonly gpuLayers?: number }): Promise<LlamaModel>;
  dispose(): Promise<void>;
}

interface LlamaModule {
  readonly getLlama: (options: { readonly gpu?: false | 'auto'; readonly build: 'never'; readonly skipDownload: true; readonly logLevel: 'error' | 'disabled'; readonly maxThreads?: number }) => Promise<Llama>;
}

/** Throws a UserError with the command that installs it when it is not there. Never compiles, never downloads. */
export async function openLlama(threads?: number): Promise<Llama> {
  const { getLlama } = await loadPart('llama') as LlamaModule;
  return getLlama({ gpu: 'auto', build: 'never', skipDownload: true, logLevel: 'disabled', ...(threads === undefined ? {} : { maxThreads: threads }) });
}
