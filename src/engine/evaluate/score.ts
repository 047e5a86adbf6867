// Right or wrong, from the log-likelihoods of the choices (lm_eval/api/task.py, process_results). The first maximum wins
// a tie; acc_norm divides by the length of the choice in code points, without the delimiter, as Python's len does;
// acc_bytes by its length in UTF-8.
import { firstMaximum } from '../../base/math/first-maximum';
import type { MetricName } from './task/schema';

export type ItemScores = Readonly<Record<MetricName, 0 | 1>>;

/**
 * @param logLikelihoods nats, one a choice.
 * @param gold index of the right choice; undefined scores wrong.
 */
export function scoreItem(logLikelihoods: readonly number[], choices: readonly string[], gold: number | undefined): ItemScores {
  const per = (length: (choice: string) => number): number[] => logLikelihoods.map((value, index) => value / length(choices[index]!));
  const right = (values: readonly number[]): 0 | 1 => (firstMaximum(values) === gold ? 1 : 0);
  return { acc: right(logLikelihoods), acc_norm: right(per(codePoints)), acc_bytes: right(per(bytes)) };
}

function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i += text.codePointAt(i)! > 0xffff ? 2 : 1) count += 1;
  return count;
}

function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
