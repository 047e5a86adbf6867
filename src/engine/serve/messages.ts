// What passes between the server (main thread) and the model (worker thread). Many tasks may be under way; every message
// of the worker but `ready` and `broken` names the one it belongs to.
import type { Problem } from '../../base/errors/problem';

/** A prompt as the client gave it. */
export type PromptInput =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'ids'; readonly ids: readonly number[] }
  | { readonly kind: 'chat'; readonly messages: readonly ChatMessage[] };

export interface ChatMessage { readonly role: string; readonly content: string }

export interface GenerationTask {
  readonly prompts: readonly PromptInput[];
  /** Parameter of the request the prompts came from, for messages. */
  readonly param: 'prompt' | 'messages';
  /** Choices for each prompt. */
  readonly n: number;
  /** Undefined: as many as the context has room for. */
  readonly maxTokens: number | undefined;
  readonly temperature: number;
  readonly topP: number;
  /** Undefined: all. */
  readonly topK: number | undefined;
  readonly repetitionPenalty: number;
  readonly presencePenalty: number;
  readonly frequencyPenalty: number;
  readonly stop: readonly string[];
  /** Undefined: the server draws one. */
  readonly seed: number | undefined;
  /** Parts are told as they come; else each choice at its end. */
  readonly stream: boolean;
  /** Give the prompt back before what is generated. */
  readonly echo: boolean;
  /** Alternatives reported for each token; undefined for no log-probabilities. */
  readonly logprobs: number | undefined;
}

/** What a worker is started with. */
export interface ModelPlace {
  /** Checkpoint folder or GGUF file. */
  readonly folder: string;
  /** Most memory the whole process may take. */
  readonly capBytes: number;
}

/** Sent to the worker. */
export type ModelRequest =
  | { readonly type: 'run'; readonly task: number; readonly work: GenerationTask }
  | { readonly type: 'cancel'; readonly task: number }
  /** Give back what is kept for later requests. */
  | { readonly type: 'forget' };

export interface TokenReport {
  readonly id: number;
  /** The token's text, or `token_id:N` when it is part of a character. */
  readonly text: string;
  /** Nats; null for the first token of a prompt. */
  readonly logProbability: number | null;
  readonly top: readonly { readonly text: string; readonly logProbability: number }[];
}

export type FinishReason = 'stop' | 'length';

export interface ModelFacts {
  readonly name: string;
  readonly hash: string;
  /** Most tokens of prompt and completion together. */
  readonly contextLength: number;
  /** Those the model was made for; more than `contextLength` where memory is short. */
  readonly modelContextLength: number;
  readonly hasChatTemplate: boolean;
}

/** Sent by the worker. `choice` counts from 0: prompt index × n + sample. */
export type ModelReply =
  | { readonly type: 'ready'; readonly facts: ModelFacts }
  /** The checkpoint does not open; problems are the user's to mend, a message alone is a bug. */
  | { readonly type: 'broken'; readonly message: string; readonly problems: readonly Problem[] }
  | { readonly type: 'part'; readonly task: number; readonly choice: number; readonly text: string; readonly tokens: readonly TokenReport[] }
  | { readonly type: 'choiceDone'; readonly task: number; readonly choice: number; readonly reason: FinishReason }
  | { readonly type: 'done'; readonly task: number; readonly promptTokens: number; readonly completionTokens: number }
  | { readonly type: 'refused'; readonly task: number; readonly code: string; readonly message: string; readonly param: string }
  | { readonly type: 'failed'; readonly task: number; readonly message: string };
