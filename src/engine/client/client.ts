// The one model client: whoever runs the model, it is spoken to through the OpenAI API over HTTP.
import { parseBaseUrl } from './endpoint';
import { formFailure } from './failure';
import type { Clock } from './retry';
import { Transport } from './transport';
import {
  chatAnswerSchema, chatBody, completionAnswerSchema, completionBody, embeddingsSchema, modelListSchema, readLogprobs, readUsage,
  type Answer, type ChatRequest, type CompletionRequest, type Embeddings, type StreamPart, type Usage,
} from './wire';

export type { Answer, ChatRequest, Choice, CompletionRequest, Embeddings, StreamPart, TokenLogprobs, Usage } from './wire';

export interface ClientOptions {
  /** Address up to and with /v1. */
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
  /** Longest wait for an answer, and between two parts of a streamed one. */
  readonly timeoutMs?: number;
  /** Tries after the first. */
  readonly retries?: number;
  readonly clock?: Clock;
  /** What to do when nobody answers at the address, where there is better advice than to look after it. */
  readonly unreachableNext?: string;
}

export interface CallOptions { readonly signal?: AbortSignal }

export interface StreamOptions extends CallOptions {
  /** Asks for the token counts, which come last. Only for servers known to tell them: some refuse to be asked. */
  readonly onUsage?: (usage: Usage) => void;
}

export interface ModelClient {
  readonly baseUrl: string;
  readonly model: string;
  models(options?: CallOptions): Promise<string[]>;
  chat(request: ChatRequest, options?: CallOptions): Promise<Answer>;
  complete(request: CompletionRequest, options?: CallOptions): Promise<Answer>;
  /** Vectors of texts by the client's model, in their order. */
  embed(texts: readonly string[], options?: CallOptions): Promise<Embeddings>;
  /** Leaving the loop closes the connection. */
  streamChat(request: ChatRequest, options?: StreamOptions): AsyncGenerator<StreamPart, void>;
  streamCompletion(request: CompletionRequest, options?: StreamOptions): AsyncGenerator<StreamPart, void>;
}

/** Failures are user errors naming endpoint, status and next step; an abort is Stopped. Neither holds texts or keys. */
export function createClient(options: ClientOptions): ModelClient {
  const base = parseBaseUrl(options.baseUrl).href.replace(/\/+$/, '');
  const transport = new Transport(base, options);
  return {
    baseUrl: base,
    model: options.model,
    async models(call = {}) {
      return (await transport.json('/models', undefined, [], modelListSchema, call.signal)).data.map((model) => model.id);
    },
    async chat(request, call = {}) {
      const answer = await transport.json('/chat/completions', chatBody(options.model, request), textsOf(request), chatAnswerSchema, call.signal);
      const choices = answer.choices.map((choice) => ({ text: choice.message.content ?? '', finishReason: choice.finish_reason ?? 'unknown' }));
      return { choices, usage: readUsage(answer.usage), model: answer.model };
    },
    async complete(request, call = {}) {
      const answer = await transport.json('/completions', completionBody(options.model, request), textsOf(request), completionAnswerSchema, call.signal);
      const choices = answer.choices.map((choice) => ({ text: choice.text, finishReason: choice.finish_reason ?? 'unknown', ...readLogprobs(choice.logprobs) }));
      return { choices, usage: readUsage(answer.usage), model: answer.model };
    },
    async embed(texts, call = {}) {
      const answer = await transport.json('/embeddings', { model: options.model, input: texts }, texts, embeddingsSchema, call.signal);
      const vectors: Float32Array[] = [];
      for (const [place, { index = place, embedding }] of answer.data.entries()) vectors[index] = Float32Array.from(embedding);
      if (answer.data.length !== texts.length || vectors.length !== texts.length || vectors.some((vector) => vector.length !== vectors[0]!.length)) {
        throw formFailure(`${base}/embeddings`, `${answer.data.length} vectors for ${texts.length} texts, or vectors of different lengths`);
      }
      return { vectors, usage: readUsage(answer.usage) };
    },
    streamChat: (request, call = {}) => transport.stream('/chat/completions', chatBody(options.model, request), textsOf(request), call),
    streamCompletion: (request, call = {}) => transport.stream('/completions', completionBody(options.model, request), textsOf(request), call),
  };
}

function textsOf(request: ChatRequest | CompletionRequest): string[] {
  if ('messages' in request) return request.messages.map((message) => message.content);
  return typeof request.prompt === 'string' ? [request.prompt] : [];
}
