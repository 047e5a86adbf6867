// One request on the model: prompts to ids, prompt scores for echo, then every choice token by token. Runs in the worker.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { RandomStream } from '../../base/math/random';
import type { Generator, ScoredToken, TokenPiece } from '../inference/interfaces';
import type { Tokenizer } from '../tokenizer/tokenizer';
import type { FinishReason, GenerationTask, ModelReply, PromptInput, TokenReport } from './messages';
import { StopFilter } from './stop-filter';

/** What the worker needs of an open checkpoint. */
export interface ServedModel {
  readonly tokenizer: Tokenizer;
  readonly generator: Generator;
  /** Most tokens of prompt and completion together. */
  readonly contextLength: number;
  /** Log-probabilities of each id given those before it, with `top` alternatives. */
  score(ids: readonly number[], top: number, signal: AbortSignal): Promise<readonly ScoredToken[]>;
}

/** The request can not be done as it was asked. */
export class Refusal extends Error {
  constructor(readonly code: string, message: string, readonly param: string) {
    super(message);
  }
}

type Part = Extract<ModelReply, { type: 'part' | 'choiceDone' }> extends infer R ? (R extends unknown ? Omit<R, 'task'> : never) : never;
export interface TokenCounts { readonly promptTokens: number; readonly completionTokens: number }

/** Yields parts in the order they come; returns the tokens used. Between two tokens the event loop turns, so that a cancel is heard. */
export async function* runTask(model: ServedModel, task: GenerationTask, unseeded: RandomStream, signal: AbortSignal): AsyncGenerator<Part, TokenCounts> {
  const prompts = task.prompts.map((prompt) => encodePrompt(model, prompt, task));
  let promptTokens = 0;
  let completionTokens = 0;
  for (const [promptIndex, prompt] of prompts.entries()) {
    promptTokens += prompt.ids.length;
    const echoed = task.echo ? await echo(model, prompt, task.logprobs, signal) : undefined;
    for (let sample = 0; sample < task.n; sample++) {
      const choice = promptIndex * task.n + sample;
      if (echoed) yield { type: 'part', choice, ...echoed };
      const maxTokens = task.maxTokens ?? model.contextLength - prompt.ids.length;
      const seed = sampleSeed(task.seed ?? unseeded.uint32(), sample);
      const ended = yield* generateChoice(model, prompt.ids, { ...task, maxTokens, seed }, choice, signal);
      completionTokens += ended.tokens;
      if (signal.aborted) return { promptTokens, completionTokens };
      yield { type: 'choiceDone', choice, reason: ended.reason };
    }
  }
  return { promptTokens, completionTokens };
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

function encode(tokenizer: Tokenizer, prompt: PromptInput): EncodedPrompt {
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

async function echo(model: ServedModel, prompt: EncodedPrompt, logprobs: number | undefined, signal: AbortSignal): Promise<{ text: string; tokens: TokenReport[] }> {
  if (logprobs === undefined) return { text: prompt.text, tokens: [] };
  // The first alternative is always computed: with it a client knows whether a token was the model's first choice.
  const scored = await model.score(prompt.ids, Math.max(1, logprobs), signal);
  return { text: prompt.text, tokens: scored.map((token) => report(model.tokenizer, token.id, undefined, token.logProbability ?? null, token.top.slice(0, logprobs))) };
}

interface ChoiceSettings extends GenerationTask { readonly maxTokens: number; readonly seed: number }

async function* generateChoice(
  model: ServedModel, ids: readonly number[], settings: ChoiceSettings, choice: number, signal: AbortSignal,
): AsyncGenerator<Part, { reason: FinishReason; tokens: number }> {
  if (settings.maxTokens === 0) return { reason: 'length', tokens: 0 };
  const filter = new StopFilter<TokenPiece>(settings.stop);
  // Stop strings are the filter's: it must see the text before it is sent.
  const pieces = model.generator.generate(ids, {
    maxTokens: settings.maxTokens, temperature: settings.temperature, topP: settings.topP, stop: [], seed: settings.seed,
    ...(settings.logprobs === undefined ? {} : { topLogProbabilities: settings.logprobs }),
  }, signal);
  let tokens = 0;
  try {
    for (;;) {
      const next = await pieces.next();
      if (next.done) {
        const { endToken } = next.value;
        // An end token has no text, but a place of its own among the log-probabilities.
        const rest = [...filter.flush(), ...(endToken && settings.logprobs !== undefined ? [{ token: endToken, text: '' }] : [])];
        yield* partsOf(model.tokenizer, choice, rest, settings.logprobs);
        return { reason: next.value.reason, tokens: next.value.completionTokens };
      }
      tokens += 1;
      const { released, stopped } = filter.push(next.value);
      yield* partsOf(model.tokenizer, choice, released, settings.logprobs);
      if (stopped) return { reason: 'stop', tokens };
      await nextTurn();
      if (signal.aborted) return { reason: 'stop', tokens };
    }
  } finally {
    await pieces.return({ reason: 'stop', promptTokens: ids.length, completionTokens: tokens });
  }
}

/** One part, or none when there is nothing to say: a token may be only the start of a character. */
function partsOf(tokenizer: Tokenizer, choice: number, released: readonly { token: TokenPiece; text: string }[], logprobs: number | undefined): Part[] {
  const text = released.map((one) => one.text).join('');
  if (released.length === 0 || (text === '' && logprobs === undefined)) return [];
  return [{
    type: 'part', choice, text,
    tokens: logprobs === undefined ? [] : released.map(({ token }) => report(tokenizer, token.id, token.text, token.logProbability, token.top ?? [])),
  }];
}

function report(tokenizer: Tokenizer, id: number, text: string | undefined, logProbability: number | null, top: ScoredToken['top']): TokenReport {
  return {
    id, logProbability, text: text ? text : tokenText(tokenizer, id),
    top: top.map((one) => ({ text: one.id === id && text ? text : tokenText(tokenizer, one.id), logProbability: one.logProbability })),
  };
}

/** Text of one token; part of a character is named by its id, as vLLM does on request. */
function tokenText(tokenizer: Tokenizer, id: number): string {
  const text = tokenizer.decode([id], { keepSpecialTokens: true });
  return text === '' || text.includes('\uFFFD') ? `token_id:${id}` : text;
}

/** The first sample takes the seed itself, so that n = 1 and the first of many are the same answer. */
function sampleSeed(seed: number, sample: number): number {
  return sample === 0 ? seed : RandomStream.of(seed, `choice/${sample}`).uint32();
}
