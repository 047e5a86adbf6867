// The OpenAI API on the wire: request bodies we send, and a guard over the answers, which come from any server.
import { z } from 'zod';

export interface ChatRequest {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  /** Answers wanted. */
  readonly n?: number;
}

export interface CompletionRequest extends Omit<ChatRequest, 'messages'> {
  /** Text or token ids. */
  readonly prompt: string | readonly number[];
  /** Return the prompt before the completion. */
  readonly echo?: boolean;
  /** Alternatives reported for each token; absent for no log-probabilities. */
  readonly logprobs?: number;
}

export interface Usage { readonly promptTokens: number; readonly completionTokens: number }

export interface TokenLogprobs {
  readonly tokens: readonly string[];
  readonly tokenLogprobs: readonly (number | null)[];
  readonly topLogprobs: readonly (Readonly<Record<string, number>> | null)[];
  /** Where each token's text starts in the whole, as the server counts characters; absent where it does not say. */
  readonly textOffsets?: readonly number[];
}

export interface Choice {
  readonly text: string;
  /** `stop` or `length`; what else a server says is passed on. */
  readonly finishReason: string;
  readonly logprobs?: TokenLogprobs;
}

export interface Answer {
  readonly choices: readonly Choice[];
  readonly usage: Usage | undefined;
  readonly model: string | undefined;
  /** Kept on disk from an earlier request, so that nothing was sent. */
  readonly isKept?: true;
}

export interface Embeddings {
  /** In the order of the texts. */
  readonly vectors: readonly Float32Array[];
  readonly usage: Usage | undefined;
}

/** A part of one choice's text; the last part of a choice has its finish reason. */
export interface StreamPart { readonly index: number; readonly text: string; readonly finishReason: string | undefined }

type Sampling = Omit<ChatRequest, 'messages'>;

function samplingBody(request: Sampling): Record<string, unknown> {
  return {
    max_tokens: request.maxTokens, temperature: request.temperature, top_p: request.topP, seed: request.seed, n: request.n,
    stop: request.stop && request.stop.length > 0 ? request.stop : undefined,
  };
}

export function chatBody(model: string, request: ChatRequest): Record<string, unknown> {
  return { model, messages: request.messages, ...samplingBody(request) };
}

export function completionBody(model: string, request: CompletionRequest): Record<string, unknown> {
  return { model, prompt: request.prompt, echo: request.echo, logprobs: request.logprobs, ...samplingBody(request) };
}

const usageSchema = z.object({ prompt_tokens: z.number(), completion_tokens: z.number().default(0) }).nullish();
const logprobsSchema = z.object({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number().nullable()),
  top_logprobs: z.array(z.record(z.string(), z.number()).nullable()).nullish(),
  text_offset: z.array(z.number()).nullish(),
}).nullish();

export const chatAnswerSchema = z.object({
  model: z.string().optional(),
  choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }), finish_reason: z.string().nullish() })).min(1),
  usage: usageSchema,
});
export const completionAnswerSchema = z.object({
  model: z.string().optional(),
  choices: z.array(z.object({ text: z.string(), finish_reason: z.string().nullish(), logprobs: logprobsSchema })).min(1),
  usage: usageSchema,
});
export const streamPartSchema = z.object({
  choices: z.array(z.object({
    index: z.number().default(0),
    delta: z.object({ content: z.string().nullish() }).nullish(),
    text: z.string().nullish(),
    finish_reason: z.string().nullish(),
  })),
  usage: usageSchema,
});
export const embeddingsSchema = z.object({
  data: z.array(z.object({ index: z.number().int().nonnegative().optional(), embedding: z.array(z.number()).min(1) })),
  usage: usageSchema,
});
export const modelListSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

export function readUsage(usage: z.infer<typeof usageSchema>): Usage | undefined {
  return usage ? { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens } : undefined;
}

export function readLogprobs(logprobs: z.infer<typeof logprobsSchema>): { logprobs?: TokenLogprobs } {
  if (!logprobs) return {};
  return { logprobs: { tokens: logprobs.tokens, tokenLogprobs: logprobs.token_logprobs, topLogprobs: logprobs.top_logprobs ?? [], ...(logprobs.text_offset ? { textOffsets: logprobs.text_offset } : {}) } };
}
