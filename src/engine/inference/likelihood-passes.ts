// Forward passes that score continuations: a batch of unlike sequences side by side, or a chain of sequences that begin
// alike, one after another over a cache that keeps what the next one shares.
// Legend: M rows scored, D hidden, V vocabulary.
import { KeyValueCache, paddedRows, type Model } from '../model';
import { embedding, slice, tensor1d, tidy, tokenLogLikelihoods, type Tensor2D, type TokenLikelihoods } from '../tensors';
import { breathe } from './cooperate';
import type { LikelihoodResult } from './interfaces';
import { sharedLength, type Pass } from './likelihood-plan';

/** Logits held at once, 64 MB of f32. */
const logitsAtOnce = 1 << 24;
/** Tokens of a long sequence in one pass: a stop can come in between, and attention needs less memory at once. */
const tokensAtOnce = 512;

/** One forward pass; results by the index of their request. */
export function scoreBatch(model: Model, batch: readonly Pass[], padId: number): Map<number, LikelihoodResult> {
  const rows = paddedRows(batch.map((pass) => pass.input), padId);
  const targets = new Targets();
  for (const [b, pass] of batch.entries()) targets.add(pass, b * rows.length + pass.input.length);
  return targets.score(model, () => model.hidden(rows));
}

/** Results of each pass as they come, by the index of their request. */
export async function* scoreChain(model: Model, chain: readonly Pass[], signal: AbortSignal | undefined): AsyncGenerator<Map<number, LikelihoodResult>> {
  const cache = new KeyValueCache();
  let previous: readonly number[] = [];
  try {
    for (const pass of chain) {
      const { input, requests } = pass;
      // The rows that predict a continuation are computed, whatever is shared.
      const predicting = Math.max(...requests.map(({ continuation }) => continuation.length));
      cache.truncate(Math.min(sharedLength(previous, input), input.length - predicting));
      for (;;) {
        await breathe(signal);
        const left = input.length - cache.length;
        if (left <= Math.max(tokensAtOnce, predicting)) break;
        advance(model, cache, input, Math.min(tokensAtOnce, left - predicting));
      }
      const first = cache.length;
      const targets = new Targets();
      targets.add(pass, input.length - first);
      yield targets.score(model, () => model.hiddenCached(Int32Array.from(input.slice(first)), cache, input.length));
      previous = input;
    }
  } finally {
    cache.dispose();
  }
}

/** Puts the next tokens of the sequence into the cache. */
function advance(model: Model, cache: KeyValueCache, input: readonly number[], count: number): void {
  tidy(() => { model.hiddenCached(Int32Array.from(input.slice(cache.length, cache.length + count)), cache, input.length); });
}

/** Which rows of a forward pass predict which tokens, for which request. */
class Targets {
  readonly #scored: { index: number; first: number; tokens: number }[] = [];
  readonly #rows: number[] = [];
  readonly #ids: number[] = [];

  /** @param end row after the last of the pass's input. The row before a token predicts it. */
  add({ requests }: Pass, end: number): void {
    for (const { index, continuation } of requests) {
      this.#scored.push({ index, first: this.#ids.length, tokens: continuation.length });
      for (const [i, id] of continuation.entries()) {
        this.#rows.push(end - continuation.length + i);
        this.#ids.push(id);
      }
    }
  }

  score(model: Model, hidden: () => Tensor2D): Map<number, LikelihoodResult> {
    const hidden_MD = tidy(() => embedding(hidden(), tensor1d(this.#rows, 'int32')));
    try {
      const likelihoods = scoreRows(model, hidden_MD, Int32Array.from(this.#ids));
      return new Map(this.#scored.map(({ index, first, tokens }) => [index, sumUp(likelihoods, first, tokens)]));
    } finally {
      hidden_MD.dispose();
    }
  }
}

/** Log-likelihood of the target of each row, some rows at a time: all logits of a long batch would not fit. */
function scoreRows(model: Model, hidden_MD: Tensor2D, targets_M: Int32Array): TokenLikelihoods {
  const result = { logLikelihood: new Float64Array(targets_M.length), isGreedy: new Uint8Array(targets_M.length) };
  const rowsAtOnce = Math.max(1, Math.floor(logitsAtOnce / model.config.vocabularySize));
  for (let first = 0; first < targets_M.length; first += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, targets_M.length - first);
    tidy(() => {
      const logits = model.logits(slice(hidden_MD, [first, 0], [count, model.config.hiddenSize]));
      const part = tokenLogLikelihoods(logits, targets_M.subarray(first, first + count));
      result.logLikelihood.set(part.logLikelihood, first);
      result.isGreedy.set(part.isGreedy, first);
    });
  }
  return result;
}

function sumUp({ logLikelihood, isGreedy }: TokenLikelihoods, first: number, tokens: number): LikelihoodResult {
  let sum = 0;
  let greedy = true;
  for (let i = first; i < first + tokens; i++) {
    sum += logLikelihood[i]!;
    greedy &&= isGreedy[i] === 1;
  }
  return { logLikelihood: sum, isGreedy: greedy, tokens };
}
