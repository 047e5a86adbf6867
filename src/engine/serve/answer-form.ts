// Answers in the form of the OpenAI API: the same parts of the model as completions or as chat, whole or streamed.
import type { FinishReason, TokenReport } from './messages';
import type { TokenCounts } from './generation';

/** What is kept of a choice while it is made. */
export interface ChoiceState {
  readonly index: number;
  text: string;
  tokens: TokenReport[];
  reason: FinishReason | null;
}

export interface AnswerForm {
  readonly idPrefix: string;
  readonly object: string;
  readonly streamObject: string;
  /** A whole choice. */
  choice(state: ChoiceState, logprobs: boolean): object;
  /** What comes before any text of a choice, when the form has such a thing. */
  opening(index: number): object | undefined;
  /** A part of a choice; `textBefore` is the text sent before it (characters). */
  part(index: number, text: string, tokens: readonly TokenReport[], logprobs: boolean, textBefore: number): object;
  closing(index: number, reason: FinishReason): object;
}

/** As vLLM: JSON has no minus infinity. */
const leastLogProbability = -9999;

export const completionForm: AnswerForm = {
  idPrefix: 'cmpl-',
  object: 'text_completion',
  streamObject: 'text_completion',
  choice: (state, logprobs) => ({ index: state.index, text: state.text, finish_reason: state.reason, logprobs: logprobs ? completionLogprobs(state.tokens, 0) : null }),
  opening: () => undefined,
  part: (index, text, tokens, logprobs, textBefore) => ({ index, text, finish_reason: null, logprobs: logprobs ? completionLogprobs(tokens, textBefore) : null }),
  closing: (index, reason) => ({ index, text: '', finish_reason: reason, logprobs: null }),
};

export const chatForm: AnswerForm = {
  idPrefix: 'chatcmpl-',
  object: 'chat.completion',
  streamObject: 'chat.completion.chunk',
  choice: (state, logprobs) => ({
    index: state.index, message: { role: 'assistant', content: state.text, refusal: null }, finish_reason: state.reason,
    logprobs: logprobs ? chatLogprobs(state.tokens) : null,
  }),
  opening: (index) => ({ index, delta: { role: 'assistant', content: '' }, finish_reason: null, logprobs: null }),
  part: (index, text, tokens, logprobs) => ({ index, delta: { content: text }, finish_reason: null, logprobs: logprobs ? chatLogprobs(tokens) : null }),
  closing: (index, reason) => ({ index, delta: {}, finish_reason: reason, logprobs: null }),
};

function completionLogprobs(tokens: readonly TokenReport[], textBefore: number): object {
  let offset = textBefore;
  const offsets = tokens.map((token) => {
    const start = offset;
    offset += isPartOfCharacter(token) ? 0 : token.text.length;
    return start;
  });
  return {
    tokens: tokens.map((token) => token.text),
    token_logprobs: tokens.map((token) => token.logProbability === null ? null : finite(token.logProbability)),
    top_logprobs: tokens.map((token) => token.logProbability === null ? null : alternatives(token.top, { text: token.text, logProbability: token.logProbability })),
    text_offset: offsets,
  };
}

/** Best first, the token itself always among them. Of tokens with one text the likeliest counts: by it a client knows the model's first choice. */
function alternatives(top: TokenReport['top'], token: TokenReport['top'][number]): object {
  const byText = new Map<string, number>();
  for (const one of [...top, token]) if (!byText.has(one.text)) byText.set(one.text, finite(one.logProbability));
  return Object.fromEntries(byText);
}

function chatLogprobs(tokens: readonly TokenReport[]): object {
  const one = (text: string, logProbability: number): object => ({ token: text, logprob: finite(logProbability), bytes: [...Buffer.from(text)] });
  return {
    content: tokens.map((token) => ({
      ...one(token.text, token.logProbability ?? 0),
      top_logprobs: token.top.map((alternative) => one(alternative.text, alternative.logProbability)),
    })),
    refusal: null,
  };
}

function isPartOfCharacter(token: TokenReport): boolean {
  return token.text === `token_id:${token.id}`;
}

function finite(logProbability: number): number {
  return Math.max(leastLogProbability, logProbability);
}

export function usageBody(counts: TokenCounts): object {
  return { prompt_tokens: counts.promptTokens, completion_tokens: counts.completionTokens, total_tokens: counts.promptTokens + counts.completionTokens };
}
