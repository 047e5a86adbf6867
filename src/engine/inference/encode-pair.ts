// Splits context and continuation into tokens as lm-evaluation-harness does (api/model.py `_encode_pair` and
// `loglikelihood`, models/huggingface.py `tok_encode`; version 0.4.13), so that scores compare with published ones.
import { userError } from '../../base/errors/problem';
import { stripEnd } from '../../base/text/python-space';
import type { Tokenizer } from '../tokenizer';
import type { LikelihoodRequest } from './interfaces';
import { prefixToken } from './prefix';

export interface EncodedPair {
  /** At least one token. */
  readonly context: readonly number[];
  /** At least one token. */
  readonly continuation: readonly number[];
}

/** Pairs of the requests; a context that the next request has too, with another continuation, is encoded once. */
export function encodePairs(tokenizer: Tokenizer, requests: readonly LikelihoodRequest[]): EncodedPair[] {
  let last: { text: string; ids: number[] } | undefined;
  const encodeContext = (text: string): number[] => {
    if (last?.text !== text) last = { text, ids: encodeText(tokenizer, text) };
    return last.ids;
  };
  return requests.map((request) => encodePair(tokenizer, request, encodeContext));
}

export function encodePair(tokenizer: Tokenizer, request: LikelihoodRequest, encodeContext = (text: string): number[] => encodeText(tokenizer, text)): EncodedPair {
  const pair = request.context === '' ? encodeAlone(tokenizer, request.continuation) : encodeSplit(tokenizer, request, encodeContext);
  if (pair.continuation.length === 0) {
    throw userError({
      code: 'likelihood-empty-continuation', value: JSON.stringify(request.continuation), message: 'The continuation has no token of its own: it is empty, or it melts into the last token of its context.',
      next: 'Give every choice a text, and put a space or a line break before it.',
    });
  }
  return pair;
}

/** Spaces at the end of the context belong to the first word of the continuation; the whole text is cut where the context ends. */
function encodeSplit(tokenizer: Tokenizer, { context, continuation }: LikelihoodRequest, encodeContext: (text: string) => number[]): EncodedPair {
  const trimmed = stripEnd(context);
  if (trimmed === '') return encodeAlone(tokenizer, context + continuation);
  const whole = encodeText(tokenizer, context + continuation);
  const before = encodeContext(trimmed);
  return { context: before, continuation: whole.slice(before.length) };
}

/** Without a context the text stands on the prefix token, which is not doubled when the text starts with it. */
function encodeAlone(tokenizer: Tokenizer, text: string): EncodedPair {
  const ids = tokenizer.encode(text);
  const prefix = prefixToken(tokenizer);
  return ids[0] === prefix ? { context: [prefix], continuation: ids.slice(1) } : { context: [prefix], continuation: ids };
}

/** With what the tokenizer puts around a text, unless the text brings its own prefix token. */
function encodeText(tokenizer: Tokenizer, text: string): number[] {
  const prefix = tokenizer.decode([prefixToken(tokenizer)], { keepSpecialTokens: true });
  return tokenizer.encode(text, { addSpecialTokens: prefix === '' || !text.startsWith(prefix) });
}
