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
  for (let id = 0; id < logits_V.length && count > 0; id++) {
    if (best.length === count && logits_V[id]! <= logits_V[best.at(-1)!]!) continue;
    let place = best.length;
    while (place > 0 && logits_V[best[place - 1]!]! < logits_V[id]!) place -= 1;
    best.splice(place, 0, id);
    if (best.length > count) best.pop();
  }
  return best.map((id) => ({ id, logProbability: logits_V[id]! - normaliser }));
}

/**
 * Draws a token: greedy at temperature 0, else from softmax(logits / temperature) cut to the nucleus, the smallest set
 * of most likely tokens whose probability reaches topP (Holtzman et al. 2020; the token that crosses it is in).
 */
export function sampleToken(logits_V: ArrayLike<number>, settings: { readonly temperature: number; readonly topP: number }, random: RandomStream): number {
  const { temperature, topP } = settings;
  if (temperature === 0) return greedyToken(logits_V);
  const normaliser = logSumExp(logits_V, 1 / temperature);
  const probabilities = Float64Array.from(logits_V, (logit) => Math.exp(logit / temperature - normaliser));
  const ids = [...probabilities.keys()];
  if (topP < 1) ids.sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  let nucleus = 0;
  let size = 0;
  while (size < ids.length && (size === 0 || nucleus < topP)) nucleus += probabilities[ids[size++]!]!;
  let left = random.uniform() * nucleus;
  for (let i = 0; i < size; i++) {
    left -= probabilities[ids[i]!]!;
    if (left < 0) return ids[i]!;
  }
  return ids[size - 1]!; // rounding of the sum
}
