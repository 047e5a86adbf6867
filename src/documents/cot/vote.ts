// Majority vote over samples of one question (self-consistency, Wang et al. 2022; orders of the options), with the tie rule said aloud.
import type { CotSettings } from './schema';

export interface Vote {
  /** Winning letter; undefined when no sample gave an answer. */
  readonly letter: string | undefined;
  /** Samples for the winner. */
  readonly votes: number;
  /** Votes of the winner over all samples, those without an answer included. */
  readonly agreement: number;
  /** Letters that shared the most votes, when there was more than one. */
  readonly tied: readonly string[];
}

/** `letters` in the order of the samples; undefined is a sample without an answer and has no vote. */
export function majorityVote(letters: readonly (string | undefined)[], tieRule: CotSettings['tieRule']): Vote {
  const counts = new Map<string, number>();
  for (const letter of letters) if (letter !== undefined) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  const leaders = [...counts.keys()].filter((letter) => counts.get(letter) === most);
  const letter = winner(leaders, tieRule);
  return { letter, votes: most, agreement: letters.length === 0 ? 0 : most / letters.length, tied: leaders.length > 1 ? leaders : [] };
}

function winner(leaders: readonly string[], tieRule: CotSettings['tieRule']): string | undefined {
  switch (tieRule) {
    case 'first-seen': return leaders[0];
    case 'lowest-letter': return [...leaders].sort()[0];
    case 'highest-letter': return [...leaders].sort().at(-1);
  }
}
