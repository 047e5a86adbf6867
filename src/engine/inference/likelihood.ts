// Scores continuations in process, batched.
// Legend: N rows of a batch, M rows scored, D hidden, V vocabulary.
import { createHash } from 'node:crypto';
import { paddedRows, type Model } from '../model';
import { embedding, slice, tensor1d, tidy, tokenLogLikelihoods, type Tensor2D, type TokenLikelihoods } from '../tensors';
import { breathe } from './cooperate';
import { encodePair } from './encode-pair';
import type { LikelihoodModel, LikelihoodResult } from './interfaces';
import { planPasses, type Pass } from './likelihood-plan';
import type { LoadedCheckpoint } from './open';

/** Tokens of one forward pass: enough to keep the processor busy, few enough for its caches and for short steps. */
const tokensPerBatch = 4096;
/** Logits held at once, 64 MB of f32. */
const logitsAtOnce = 1 << 24;

export function createLikelihoodModel(checkpoint: LoadedCheckpoint): LikelihoodModel {
  const { model, tokenizer } = checkpoint;
  return {
    identity: { name: checkpoint.name, hash: createHash('sha256').update(`${checkpoint.hash} ${tokenizer.hash}`).digest('hex') },
    async logLikelihood(requests, { signal, onDone } = {}) {
      const pairs = requests.map((request) => encodePair(tokenizer, request));
      const results = new Array<LikelihoodResult>(requests.length);
      for (const batch of planPasses(pairs, { maxPositions: model.config.maxPositions, tokensPerBatch })) {
        await breathe(signal);
        for (const [index, result] of scoreBatch(model, batch, tokenizer.padId)) {
          results[index] = result;
          onDone?.(index, result);
        }
      }
      return results;
    },
  };
}

/** One forward pass; results by the index of their request. */
function scoreBatch(model: Model, batch: readonly Pass[], padId: number): Map<number, LikelihoodResult> {
  const rows = paddedRows(batch.map((pass) => pass.input), padId);
  const scored: { index: number; first: number; tokens: number }[] = [];
  const rowOf_M: number[] = [];
  const targets_M: number[] = [];
  batch.forEach(({ input, requests }, b) => {
    for (const { index, continuation } of requests) {
      scored.push({ index, first: targets_M.length, tokens: continuation.length });
      continuation.forEach((id, i) => {
        // The row before a token predicts it; the last row of the input predicts the last token of the continuation.
        rowOf_M.push(b * rows.length + input.length - continuation.length + i);
        targets_M.push(id);
      });
    }
  });
  const hidden_MD = tidy(() => embedding(model.hidden(rows), tensor1d(rowOf_M, 'int32')));
  const likelihoods = scoreRows(model, hidden_MD, Int32Array.from(targets_M));
  hidden_MD.dispose();
  return new Map(scored.map(({ index, first, tokens }) => [index, sumUp(likelihoods, first, tokens)]));
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
