// One request on the model: prompts to ids, then every choice token by token, all of them under way at once. Runs in the
// worker.
import { RandomStream } from '../../base/math/random';
import type { Generator, ScoredToken, TokenPiece } from '../inference/interfaces';
import { answerBytes, type ModelMemory } from './memory/model-memory';
import { merged } from './merged';
import type { ChatMessage, FinishReason, GenerationTask, ModelReply, PromptInput, TokenReport } from './messages';
import { partsOf, reportToken } from './report';
import { StopFilter } from './stop-filter';

export interface ServedTokenizer {
  readonly vocabularySize: number;
  readonly chatTemplate: string | undefined;
  encode(text: string, options?: { readonly addSpecialTokens?: boolean }): readonly number[];
  decode(ids: readonly number[], options?: { readonly keepSpecialTokens?: boolean }): string;
  renderChat(messages: readonly ChatMessage[], options: { readonly addGenerationPrompt: boolean }): string;
}

/** What the worker needs of an open model. */
export interface ServedModel {
  readonly tokenizer: ServedTokenizer;
  readonly generator: Generator;
  /** Most tokens of prompt and completion together. */
  readonly contextLength: number;
  /** Log-probabilities of each id given those before it, with `top` alternatives; undefined where the model tells no log-probabilities. */
  readonly score: ((ids: readonly number[], top: number, signal: AbortSignal) => Promise<readonly ScoredToken[]>) | undefined;
  /** What requests take their memory from; absent where the model took all it needs when it was opened. */
  readonly memory?: ModelMemory;
  /** Gives back what is kept for later requests. */
  readonly forget?: () => void;
}

/** The request can not be done as it was asked. */
export class Refusal extends Error {
  constructor(readonly code: string, message: string, readonly param: string) {
    super(message);
  }
}

export type Part = Extract<ModelReply, { type: 'part' | 'choiceDone' }> extends infer R ? (R extends unknown ? Omit<R, 'task'> : never) : never;
export interface TokenCounts { readonly promptTokens: number; readonly completionTokens: number }

/** Yields parts as they come, those of a choice in their order; returns the tokens used. */
export async function* runTask(model: ServedModel, task: GenerationTask, unseeded: RandomStream, signal: AbortSignal): AsyncGenerator<Part, TokenCounts> {
  if (task.logprobs !== undefined && !model.score) {
    throw new Refusal('logprobs_unsupported', 'Log-probabilities are told of safetensors checkpoints only, not of a GGUF file: leave out logprobs, or serve the checkpoint.', 'logprobs');
  }
  const prompts = task.prompts.map((prompt) => encodePrompt(model, prompt, task));
  const counts = { promptTokens: prompts.reduce((sum, { ids }) => sum + ids.length, 0), completionTokens: 0 };
  const giveBack = await takeAnswerRoom(model, task, prompts, signal);
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  const choices = prompts.flatMap((prompt, promptIndex) => {
    let echoed: ReturnType<typeof echo> | undefined;
    return Array.from({ length: task.n }, (_, sample) => {
      const seed = sampleSeed(task.seed ?? unseeded.uint32(), sample);
      const settings = { ...task, maxTokens: task.maxTokens ?? model.contextLength - prompt.ids.length, seed };
      return runChoice(model, prompt.ids, settings, promptIndex * task.n + sample, {
        echo: () => (echoed ??= echo(model, prompt, task.logprobs, either)), signal: either, count: (tokens) => { counts.completionTokens += tokens; },
      });
    });
  });
  try {
    yield* merged(task.stream ? choices : choices.map(whole));
    return counts;
  } finally {
    ended.abort();
    giveBack();
  }
}

/** Waits until there is room for the answer; refuses one that is too large for all the room there is. */
async function takeAnswerRoom({ memory, contextLength }: ServedModel, task: GenerationTask, prompts: readonly EncodedPrompt[], signal: AbortSignal): Promise<() => void> {
  if (!memory) return () => undefined;
  const promptTokens = prompts.reduce((sum, { ids }) => sum + ids.length, 0);
  const giveBack = await memory.takeAnswer(answerBytes(task, promptTokens, prompts.length * contextLength - promptTokens), signal);
  if (giveBack) return giveBack;
  throw new Refusal('answer_too_large', 'The answer may be larger than the memory this server has for answers: ask for fewer choices (n, prompts), fewer tokens (max_tokens) or fewer alternatives (logprobs) at once.', 'max_tokens');
}

/** The parts of a choice as one: each that is told costs two threads a turn. */
async function* whole(parts: AsyncGenerator<Part, void>): AsyncGenerator<Part, void> {
  let text = '';
  const tokens: TokenReport[] = [];
  for await (const part of parts) {
    if (part.type === 'choiceDone') {
      yield { type: 'part', choice: part.choice, text, tokens };
      yield part;
    } else {
      text += part.text;
      tokens.push(...part.tokens);
    }
  }
}

interface EncodedPrompt { readonly ids: readonly number[]; readonly text: string }

function encodePrompt(model: ServedModel, prompt: PromptInput, task: GenerationTask): EncodedPrompt {
  const { tokenizer } = model;
  const encoded = encode(tokenizer, prompt);
  if (encoded.ids.length === 0) throw new Refusal('empty_prompt', 'The prompt has no tokens.', task.param);
  const room = model.contextLength - encoded.ids.length;
  if (room < (task.maxTokens ?? 1)) {
    throw new Refusal(
      'context_length_exceeded',
      `The prompt has ${encoded.ids.length} tokens and max_tokens is ${task.maxTokens ?? 'not given'}; this model's context is ${model.contextLength} tokens.`,
      room < 1 || task.maxTokens === undefined ? task.param : 'max_tokens',
    );
  }
  return encoded;
}

function encode(tokenizer: ServedTokenizer, prompt: PromptInput): EncodedPrompt {
  switch (prompt.kind) {
    case 'ids': {
      const foreign = prompt.ids.find((id) => id >= tokenizer.vocabularySize);
      if (foreign !== undefined) throw new Refusal('unknown_token', `Token id ${foreign} is outside the vocabulary of ${tokenizer.vocabularySize}.`, 'prompt');
      return { ids: prompt.ids, text: tokenizer.decode(prompt.ids) };
    }
    case 'text':
      return { ids: tokenizer.encode(prompt.text, { addSpecialTokens: true }), text: prompt.text };
    case 'chat': {
      if (tokenizer.chatTemplate === undefined) {
        throw new Refusal('chat_template_missing', 'This checkpoint has no chat template: use /v1/completions, or add chat_template to its tokenizer_config.json.', 'messages');
      }
      // The template writes the special tokens itself, as in transformers.
      const text = tokenizer.renderChat(prompt.messages, { addGenerationPrompt: true });
      return { ids: tokenizer.encode(text), text };
    }
  }
}

async function echo({ tokenizer, score, memory }: ServedModel, prompt: EncodedPrompt, logprobs: number | undefined, signal: AbortSignal): Promise<{ text: string; tokens: TokenReport[] }> {
  if (logprobs === undefined || !score) return { text: prompt.text, tokens: [] };
  // The first alternative is always computed: with it a client knows whether a token was the model's first choice.
  const giveBack = await memory?.takeSequence(prompt.ids.length, signal);
  const scored = await score(prompt.ids, Math.max(1, logprobs), signal).finally(() => { giveBack?.(); });
  return { text: prompt.text, tokens: scored.map((token) => reportToken(tokenizer, { ...token, text: undefined, top: token.top.slice(0, logprobs) })) };
}

interface ChoiceSettings extends GenerationTask { readonly maxTokens: number; readonly seed: number }

interface ChoiceContext {
  readonly echo: () => Promise<{ text: string; tokens: TokenReport[] }>;
  readonly signal: AbortSignal;
  readonly count: (completionTokens: number) => void;
}

async function* runChoice(model: ServedModel, ids: readonly number[], settings: ChoiceSettings, choice: number, context: ChoiceContext): AsyncGenerator<Part, void> {
  if (settings.echo) yield { type: 'part', choice, ...(await context.echo()) };
  if (settings.maxTokens === 0) {
    yield { type: 'choiceDone', choice, reason: 'length' };
    return;
  }
  const { maxTokens, temperature, topP, seed, logprobs, topK, repetitionPenalty, presencePenalty, frequencyPenalty } = settings;
  const giveBack = await model.memory?.takeSequence(ids.length + maxTokens, context.signal);
  const filter = new StopFilter<TokenPiece>(settings.stop);
  // Stop strings are the filter's: it must see the text before it is sent.
  const pieces = model.generator.generate(ids, {
    maxTokens, temperature, topP, stop: [], seed, repetitionPenalty, presencePenalty, frequencyPenalty,
    ...(topK === undefined ? {} : { topK }), ...(logprobs === undefined ? {} : { topLogProbabilities: logprobs }),
  }, context.signal);
  let tokens = 0;
  let reason: FinishReason | undefined;
  try {
    while (reason === undefined) {
      const next = await pieces.next();
      if (next.done) {
        const { endToken, completionTokens } = next.value;
        tokens = completionTokens;
        reason = next.value.reason;
        // An end token has no text, but a place of its own among the log-probabilities.
        const rest = [...filter.flush(), ...(endToken && logprobs !== undefined ? [{ token: endToken, text: '' }] : [])];
        yield* partsOf(model.tokenizer, choice, rest, logprobs);
      } else {
        tokens += 1;
        const { released, stopped } = filter.push(next.value);
        yield* partsOf(model.tokenizer, choice, released, logprobs);
        if (stopped) reason = 'stop';
      }
    }
  } finally {
    context.count(tokens);
    await pieces.return({ reason: 'stop', promptTokens: ids.length, completionTokens: tokens });
    giveBack?.();
  }
  yield { type: 'choiceDone', choice, reason };
}

/** The first sample takes the seed itself, so that n = 1 and the first of many are the same answer. */
function sampleSeed(seed: number, sample: number): number {
  return sample === 0 ? seed : RandomStream.of(seed, `choice/${sample}`).uint32();
}
