// Scores every token of a given sequence: what an API server reports for `echo` with `logprobs`.
// Legend: T tokens, D hidden, V vocabulary.
import { userError } from '../../base/errors/problem';
import { plainRows } from '../model';
import { slice, tidy } from '../tensors';
import { breathe } from './cooperate';
import { logSumExp, topTokens } from './distribution';
import type { ScoredToken } from './interfaces';
import type { LoadedCheckpoint } from './open';

/** Logits held at once, 16 MB of f32. */
const logitsAtOnce = 1 << 22;

/** The log-probability of each token after those before it, and the `top` most likely tokens at its place. */
export async function tokenLogProbabilities(
  checkpoint: LoadedCheckpoint, ids: readonly number[], options: { readonly top?: number; readonly signal?: AbortSignal } = {},
): Promise<ScoredToken[]> {
  const { model } = checkpoint;
  const { vocabularySize, hiddenSize, maxPositions } = model.config;
  if (ids.length > maxPositions) {
    throw userError({
      code: 'prompt-too-long', value: `${ids.length} tokens`, message: `The text is longer than the model's ${maxPositions} positions.`,
      next: 'Shorten the text, or use a model with more positions.',
    });
  }
  const scored: ScoredToken[] = ids.slice(0, 1).map((id) => ({ id, logProbability: undefined, top: [] }));
  if (ids.length < 2) return scored;
  const hidden_TD = tidy(() => model.hidden(plainRows([ids])));
  try {
    const rowsAtOnce = Math.max(1, Math.floor(logitsAtOnce / vocabularySize));
    for (let first = 0; first < ids.length - 1; first += rowsAtOnce) {
      await breathe(options.signal);
      const count = Math.min(rowsAtOnce, ids.length - 1 - first);
      const logits = tidy(() => model.logits(slice(hidden_TD, [first, 0], [count, hiddenSize])).dataSync<'float32'>());
      for (let row = 0; row < count; row++) {
        const logits_V = logits.subarray(row * vocabularySize, (row + 1) * vocabularySize);
        const id = ids[first + row + 1]!;
        const normaliser = logSumExp(logits_V);
        scored.push({ id, logProbability: logits_V[id]! - normaliser, top: topTokens(logits_V, options.top ?? 0, normaliser) });
      }
    }
  } finally {
    hidden_TD.dispose();
  }
  return scored;
}
