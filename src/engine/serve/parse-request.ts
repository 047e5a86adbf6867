// Bodies of /v1/completions and /v1/chat/completions to one task. What is refused names its parameter; what would change
// the answer and is not done here is refused, not ignored.
import { z } from 'zod';
import { badRequest, HttpError } from './http-error';
import type { GenerationTask, ModelFacts, PromptInput } from './messages';

export interface ParsedRequest {
  readonly task: GenerationTask;
  readonly stream: boolean;
  /** Send a last part with the token counts. */
  readonly includeUsage: boolean;
}

/** Tokens of a completion that gives no max_tokens, as in the OpenAI API. */
const defaultCompletionTokens = 16;
const mostChoices = 64;
const mostPrompts = 256;
const mostAlternatives = 20;

const tokenIds = z.array(z.int().nonnegative()).min(1);
const sampling = {
  model: z.string(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  top_k: z.int().min(-1).nullish(),
  repetition_penalty: z.number().gt(0).max(10).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  n: z.int().min(1).max(mostChoices).nullish(),
  stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(16)]).nullish(),
  seed: z.int().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
};
const completionSchema = z.object({
  ...sampling,
  prompt: z.union([z.string(), tokenIds, z.array(z.string()).min(1).max(mostPrompts), z.array(tokenIds).min(1).max(mostPrompts)]),
  max_tokens: z.int().nonnegative().nullish(),
  echo: z.boolean().nullish(),
  logprobs: z.int().min(0).max(mostAlternatives).nullish(),
});
const textParts = z.array(z.object({ type: z.literal('text'), text: z.string() })).transform((parts) => parts.map((part) => part.text).join(''));
const chatSchema = z.object({
  ...sampling,
  messages: z.array(z.object({ role: z.enum(['system', 'developer', 'user', 'assistant']), content: z.union([z.string(), textParts]) })).min(1),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(mostAlternatives).nullish(),
});

/** Parameters that are known and not done here, with the values that ask for nothing. */
const notDone: Readonly<Record<string, readonly unknown[]>> = {
  suffix: [''], logit_bias: ['{}'], min_p: [0],
  tools: ['[]'], functions: ['[]'], tool_choice: ['none', 'auto'], function_call: ['none', 'auto'], response_format: ['{"type":"text"}'],
  audio: [], modalities: ['["text"]'],
};

export function parseCompletion(body: unknown, facts: ModelFacts): ParsedRequest {
  const request = check(completionSchema, body, facts);
  const n = request.n ?? 1;
  const bestOf = (body as { best_of?: unknown }).best_of;
  if (bestOf !== undefined && bestOf !== null && bestOf !== n) throw badRequest('best_of', 'best_of is not done here: leave it out.', 'unsupported_parameter');
  const prompts = readPrompts(request.prompt);
  if (prompts.length * n > mostPrompts) throw badRequest('n', `A request may ask for at most ${mostPrompts} choices in all.`);
  return {
    ...streaming(request),
    task: {
      ...samplingOf(request), stream: request.stream ?? false, prompts, param: 'prompt', n, maxTokens: request.max_tokens ?? defaultCompletionTokens,
      echo: request.echo ?? false, logprobs: request.logprobs ?? undefined,
    },
  };
}

export function parseChat(body: unknown, facts: ModelFacts): ParsedRequest {
  const request = check(chatSchema, body, facts);
  const wantsLogprobs = request.logprobs ?? false;
  if (!wantsLogprobs && (request.top_logprobs ?? 0) > 0) throw badRequest('top_logprobs', 'top_logprobs needs logprobs: true.');
  const messages = request.messages.map(({ role, content }) => ({ role: role === 'developer' ? 'system' : role, content }));
  return {
    ...streaming(request),
    task: {
      ...samplingOf(request), stream: request.stream ?? false, prompts: [{ kind: 'chat', messages }], param: 'messages', n: request.n ?? 1,
      maxTokens: request.max_completion_tokens ?? request.max_tokens ?? undefined,
      echo: false, logprobs: wantsLogprobs ? (request.top_logprobs ?? 0) : undefined,
    },
  };
}

function check<S extends z.ZodType<{ model: string }>>(schema: S, body: unknown, facts: ModelFacts): z.infer<S> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badRequest(undefined, 'The body is not a JSON object.');
  const result = schema.safeParse(body);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    const param = issue.path.map(String).join('.');
    throw badRequest(param === '' ? undefined : param, `${param}: ${issue.message}.`);
  }
  if (result.data.model !== facts.name) {
    throw new HttpError(404, 'model_not_found', `This server has the model '${facts.name}', not the one asked for.`, 'model');
  }
  for (const [name, neutral] of Object.entries(notDone)) {
    const value = (body as Record<string, unknown>)[name];
    if (value === undefined || value === null) continue;
    const plain = typeof value === 'object' ? JSON.stringify(value) : value;
    if (!neutral.includes(plain)) throw badRequest(name, `${name} is not done here: leave it out.`, 'unsupported_parameter');
  }
  return result.data;
}

interface Sampling {
  readonly temperature?: number | null | undefined;
  readonly top_p?: number | null | undefined;
  readonly top_k?: number | null | undefined;
  readonly repetition_penalty?: number | null | undefined;
  readonly presence_penalty?: number | null | undefined;
  readonly frequency_penalty?: number | null | undefined;
  readonly stop?: string | string[] | null | undefined;
  readonly seed?: number | null | undefined;
}

type SamplingPart = Pick<GenerationTask, 'temperature' | 'topP' | 'topK' | 'repetitionPenalty' | 'presencePenalty' | 'frequencyPenalty' | 'stop' | 'seed'>;

function samplingOf(request: Sampling): SamplingPart {
  const stop = request.stop ?? [];
  return {
    temperature: request.temperature ?? 1, topP: request.top_p ?? 1,
    // 0 and −1 mean all, as in vLLM.
    topK: (request.top_k ?? 0) > 0 ? request.top_k! : undefined,
    repetitionPenalty: request.repetition_penalty ?? 1, presencePenalty: request.presence_penalty ?? 0, frequencyPenalty: request.frequency_penalty ?? 0,
    stop: typeof stop === 'string' ? [stop] : stop, seed: request.seed ?? undefined,
  };
}

function streaming(request: { stream?: boolean | null | undefined; stream_options?: { include_usage?: boolean | null | undefined } | null | undefined }): Omit<ParsedRequest, 'task'> {
  return { stream: request.stream ?? false, includeUsage: request.stream_options?.include_usage ?? false };
}

function readPrompts(prompt: z.infer<typeof completionSchema>['prompt']): PromptInput[] {
  const list = typeof prompt === 'string' || typeof prompt[0] === 'number' ? [prompt as string | number[]] : (prompt as (string | number[])[]);
  return list.map((one) => (typeof one === 'string' ? { kind: 'text', text: one } : { kind: 'ids', ids: one }));
}
