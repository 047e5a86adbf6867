// The words of the Prompts view. Pure.
import { describeEntry, type Translate } from '../runs/describe';
import type { RunEntry } from '../runs/entry';
import type { QuestionAnswers } from './book';
import type { JobScores } from './results';

/** `direct 61.1 % · chain-of-thought 58.3 %`, else how far the job is. */
export function describeJob(entry: RunEntry, scores: JobScores | undefined, t: Translate): string {
  const { state } = entry.reading;
  if (!scores || state === 'running') return describeEntry(entry, t);
  return [scoreWords(scores), state === 'done' ? '' : describeEntry(entry, t)].filter(Boolean).join(' · ');
}

export function scoreWords({ strategies }: JobScores): string {
  return strategies.map(({ strategy, accuracy }) => `${strategy} ${percent(accuracy)}`).join(' · ');
}

export function explainJob(entry: RunEntry, scores: JobScores | undefined, t: Translate): string {
  return [
    entry.name,
    scores ? t('Model: {0}', scores.model) : '',
    ...(scores?.strategies ?? []).map(({ strategy, accuracy, questions }) => t('{0}: {1} of {2} questions', strategy, percent(accuracy), questions)),
    entry.id,
  ].filter(Boolean).join('\n');
}

/** `12 questions · direct 8/12 right`, of the newest answer to each question. */
export function describeAsks(newest: readonly QuestionAnswers[], t: Translate): string {
  const tally = new Map<string, { right: number; asked: number }>();
  for (const { strategies } of newest) {
    for (const { strategy, outcome } of strategies) {
      if (!outcome) continue;
      const count = tally.get(strategy) ?? { right: 0, asked: 0 };
      tally.set(strategy, { right: count.right + (outcome.verdict === 'right' ? 1 : 0), asked: count.asked + 1 });
    }
  }
  const questions = newest.length === 1 ? t('1 question') : t('{0} questions', newest.length);
  return [questions, ...[...tally].map(([strategy, { right, asked }]) => t('{0} {1}/{2} right', strategy, right, asked))].join(' · ');
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
