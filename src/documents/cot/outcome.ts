// What the samples of one question under one strategy come to: the vote, whether it is right, how many agree.
import type { CotSettings } from './schema';
import { majorityVote } from './vote';

export type Verdict = 'right' | 'wrong' | 'none';

export interface Outcome {
  /** Undefined when no sample gave an answer. */
  readonly letter: string | undefined;
  /** `none` is no answer, which counts as wrong in every score. */
  readonly verdict: Verdict;
  /** Samples for the winner, of all samples. */
  readonly votes: number;
  readonly samples: number;
}

/** `letters` in the order of the samples; undefined is a sample without an answer. */
export function outcomeOf(letters: readonly (string | undefined)[], gold: string, tieRule: CotSettings['tieRule']): Outcome {
  const { letter, votes } = majorityVote(letters, tieRule);
  return { letter, votes, samples: letters.length, verdict: letter === undefined ? 'none' : letter === gold ? 'right' : 'wrong' };
}
