// Forward passes that score continuations: which rows predict which tokens, and a batch of unlike sequences side by side.
// Legend: M rows scored, X of them at once, D hidden, V vocabulary.
import { paddedRows, type Model } from '../model';
import { embedding, slice, takeLogLikelihoods, tensor1d, tidy, type Tensor2D, type TokenLikelihoods } from '../tensors';
import type { LikelihoodResult } from './interfaces';
import type { Pass } from './likelihood-plan';

/** Logits held at once, 64 MB of f32. */
const logitsAtOnce = 1 << 24;

/** One forward pass; results by the index of their request. */
export function scoreBatch(model: Model, batch: readonly Pass[], padId: number): Promise<Map<number, LikelihoodResult>> {
  const rows = paddedRows(batch.map((pass) => pass.input), padId);
  const targets = new Targets();
  for (const [b, pass] of batch.entries()) targets.add(pass, b * rows.length + pass.input.length);
  return targets.score(model, () => model.hidden(rows));
}

/** Which rows of a forward pass predict which tokens, for which request. */
export class Targets {
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

  /** One forward pass; results by the index of their request. */
  async score(model: Model, hidden: () => Tensor2D): Promise<Map<number, LikelihoodResult>> {
    if (this.#rows.length === 0) {
      tidy(() => { hidden(); });
      return new Map();
    }
    const hidden_MD = tidy(() => embedding(hidden(), tensor1d(this.#rows, 'int32')));
    try {
      const likelihoods = await scoreRows(model, hidden_MD, Int32Array.from(this.#ids));
      return new Map(this.#scored.map(({ index, first, tokens }) => [index, sumUp(likelihoods, first, tokens)]));
    } finally {
      hidden_MD.dispose();
    }
  }
}

/** Log-likelihood of the target of each row, some rows at a time: all logits of a long batch would not fit. */
async function scoreRows(model: Model, hidden_MD: Tensor2D, targets_M: Int32Array): Promise<TokenLikelihoods> {
  const result = { logLikelihood: new Float64Array(targets_M.length), isGreedy: new Uint8Array(targets_M.length) };
  const rowsAtOnce = Math.max(1, Math.floor(logitsAtOnce / model.config.vocabularySize));
  for (let first = 0; first < targets_M.length; first += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, targets_M.length - first);
    const logits_XV = tidy(() => model.logits(slice(hidden_MD, [first, 0], [count, model.config.hiddenSize])));
    const part = await takeLogLikelihoods(logits_XV, targets_M.subarray(first, first + count));
    result.logLikelihood.set(part.logLikelihood, first);
    result.isGreedy.set(part.isGreedy, first);
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
