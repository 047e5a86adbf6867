// Tokens as the API reports them: with a text of their own, their log-probability and the likeliest in their place.
import type { ScoredToken, TokenPiece } from '../inference/interfaces';
import type { Part, ServedTokenizer } from './generation';
import type { TokenReport } from './messages';

interface DescribedToken {
  readonly id: number;
  /** What it adds to the text, when that is known. */
  readonly text: string | undefined;
  readonly logProbability?: number | undefined;
  readonly top?: ScoredToken['top'];
}

export function reportToken(tokenizer: ServedTokenizer, { id, text, logProbability, top = [] }: DescribedToken): TokenReport {
  return {
    id, logProbability: logProbability ?? null, text: text ? text : tokenText(tokenizer, id),
    top: top.map((one) => ({ text: one.id === id && text ? text : tokenText(tokenizer, one.id), logProbability: one.logProbability })),
  };
}

/** One part, or none when there is nothing to say: a token may be only the start of a character. */
export function partsOf(tokenizer: ServedTokenizer, choice: number, released: readonly { readonly token: TokenPiece; readonly text: string }[], logprobs: number | undefined): Part[] {
  const text = released.map((one) => one.text).join('');
  if (released.length === 0 || (text === '' && logprobs === undefined)) return [];
  return [{ type: 'part', choice, text, tokens: logprobs === undefined ? [] : released.map(({ token }) => reportToken(tokenizer, token)) }];
}

/** Text of one token; part of a character is named by its id, as vLLM does on request. */
function tokenText(tokenizer: ServedTokenizer, id: number): string {
  const text = tokenizer.decode([id], { keepSpecialTokens: true });
  return text === '' || text.includes('\uFFFD') ? `token_id:${id}` : text;
}
