// What a hover on an answered question shows, as pieces that are plain words or text to be shown as it stands. Pure.
import type { Translate } from '../runs/describe';
import type { QuestionAnswers } from './book';
import { inlineOf, verdictWords } from './inline';
import { shortened } from './texts';

export type HoverPiece =
  | { readonly kind: 'words' | 'heading'; readonly text: string }
  /** Of a model or a question: shown in a fence, never interpreted. */
  | { readonly kind: 'verbatim'; readonly text: string };

const mostCharacters = 1_500;
/** A hover holds what one reads at a glance; the document of the answer has all of them. */
const mostSamples = 3;

export function hoverPieces(answers: QuestionAnswers, t: Translate): HoverPiece[] {
  const pieces: HoverPiece[] = [words(t('{0}, asked with {1}', answers.model, answers.cot))];
  if (answers.isOtherPrompt) pieces.push(words(otherPromptWords(t)));
  if (answers.phase !== 'done') pieces.push(words(inlineOf({ ...answers, strategies: [] }, '…', t).text));
  for (const { strategy, records, streaming, outcome } of answers.strategies) {
    const agree = outcome && outcome.samples > 1 && outcome.verdict !== 'none' ? t(', {0} of {1} agree', outcome.votes, outcome.samples) : '';
    pieces.push({ kind: 'heading', text: `${strategy}: ${outcome ? verdictWords(outcome, t) : '…'}${agree}${records[0] ? t(' (right is {0})', records[0].gold) : ''}` });
    const alike = new Map<string, number>();
    for (const { answer } of records) alike.set(answer.trim(), (alike.get(answer.trim()) ?? 0) + 1);
    for (const [answer, times] of [...alike].slice(0, mostSamples)) {
      if (times > 1) pieces.push(words(t('{0} times:', times)));
      pieces.push(verbatim(answer, t));
    }
    if (alike.size > mostSamples) pieces.push(words(t('{0} more in Answer Details', alike.size - mostSamples)));
    if (streaming !== undefined) pieces.push(verbatim(streaming, t));
  }
  return pieces;
}

/** Of an answer whose prompt was changed since. */
export function otherPromptWords(t: Translate): string {
  return t('↺ The prompt file has changed since this was asked: its text, or a setting that counts.');
}

function words(text: string): HoverPiece {
  return { kind: 'words', text };
}

function verbatim(text: string, t: Translate): HoverPiece {
  return { kind: 'verbatim', text: shortened(text.trim() === '' ? t('(nothing)') : text.trim(), mostCharacters, t('More in Answer Details.')) };
}
