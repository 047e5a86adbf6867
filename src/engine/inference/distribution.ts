// What one row of logits says: log-probabilities, the most likely tokens, and a draw from the nucleus.
// Legend: V vocabulary.
import type { RandomStream } from '../../base/math/random';
import type { TopToken } from './interfaces';

/** log Σ exp(logit · scale), in doubles, without overflow. */
export function logSumExp(logits_V: ArrayLike<number>, scale = 1): number {
  let largest = -Infinity;
  for (let i = 0; i < logits_V.length; i++) largest = Math.max(largest, logits_V[i]! * scale);
  let sum = 0;
  for (let i = 0; i < logits_V.length; i++) sum += Math.exp(logits_V[i]! * scale - largest);
  return largest + Math.log(sum);
}

/** The first of the most likely tokens. */
export function greedyToken(logits_V: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < logits_V.length; i++) if (logits_V[i]! > logits_V[best]!) best = i;
  return best;
}

/** The `count` most likely tokens, best first, equal ones by id. `normaliser` is logSumExp of the logits. */
export function topTokens(logits_V: ArrayLike<number>, count: number, normaliser: number): TopToken[] {
  const best: number[] = [];
  let least = -Infinity;
  for (let id = 0; id < logits_V.length && count > 0; id++) {
    const logit = logits_V[id]!;
    if (best.length === count && logit <= least) continue;
    let place = best.length;
    while (place > 0 && logits_V[best[place - 1]!]! < logit) place -= 1;
    best.splice(place, 0, id);
    if (best.length > count) best.pop();
    least = logits_V[best.at(-1)!]!;
  }
  return best.map((id) => ({ id, logProbability: logits_V[id]! - normaliser }));
}

export interface Drawing {
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP: number;
  readonly topK?: number;
}

/**
 * Draws a token: greedy at temperature 0, else from softmax(logits / temperature) of the topK most likely, cut to the
 * nucleus, the smallest set whose probability among them reaches topP (Holtzman et al. 2020; the token that crosses it is in).
 */
export function sampleToken(logits_V: ArrayLike<number>, { temperature, topP, topK }: Drawing, random: RandomStream): number {
  if (temperature === 0) return greedyToken(logits_V);
  const normaliser = logSumExp(logits_V, 1 / temperature);
  const probabilities = Float64Array.from(logits_V, (logit) => Math.exp(logit / temperature - normaliser));
  const ids = candidates(probabilities, topP, topK);
  const total = topK === undefined ? 1 : ids.reduce((sum, id) => sum + probabilities[id]!, 0);
  let nucleus = 0;
  let size = 0;
  while (size < ids.length && (size === 0 || nucleus < topP * total)) nucleus += probabilities[ids[size++]!]!;
  let left = random.uniform() * nucleus;
  for (let i = 0; i < size; i++) {
    left -= probabilities[ids[i]!]!;
    if (left < 0) return ids[i]!;
  }
  return ids[size - 1]!; // rounding of the sum
}

/** Tokens that may be drawn: all as they come when nothing is cut, else the most likely first. */
function candidates(probabilities: Float64Array, topP: number, topK = probabilities.length): number[] {
  const ids = [...probabilities.keys()];
  if (topP >= 1 && topK >= ids.length) return ids;
  const likelierFirst = (some: number[]): number[] => some.sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  if (topK < ids.length) return likelierFirst(ids).slice(0, topK);
  // Tokens below this share cannot make up more than 1 − topP, so the nucleus is among the others: only those are sorted.
  const least = (1 - topP) / ids.length;
  return likelierFirst(ids.filter((id) => probabilities[id]! >= least));
}
