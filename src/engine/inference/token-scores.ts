// Scores every token of a given sequence: what an API server reports for `echo` with `logprobs`.
import { userError } from '../../base/errors/problem';
import { Batcher } from './batch/batcher';
import type { ScoredToken } from './interfaces';
import type { LoadedCheckpoint } from './open';

export interface TokenScoreOptions {
  /** Most likely tokens told at each place; none when left out. */
  readonly top?: number;
  readonly signal?: AbortSignal | undefined;
  /** Of this checkpoint, when others use it too. */
  readonly batcher?: Batcher;
}

/** The log-probability of each token after those before it, and the `top` most likely tokens at its place. */
export async function tokenLogProbabilities(checkpoint: LoadedCheckpoint, ids: readonly number[], options: TokenScoreOptions = {}): Promise<readonly ScoredToken[]> {
  const { maxPositions } = checkpoint.model.config;
  if (ids.length > maxPositions) {
    throw userError({
      code: 'prompt-too-long', value: `${ids.length} tokens`, message: `The text is longer than the model's ${maxPositions} positions.`,
      next: 'Shorten the text, or use a model with more positions.',
    });
  }
  if (ids.length === 0) return [];
  const { batcher = new Batcher(checkpoint.model), top = 0, signal } = options;
  return batcher.score(ids, top, signal);
}
