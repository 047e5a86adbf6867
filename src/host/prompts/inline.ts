// What stands at the end of a question's line: each strategy's letter, right or wrong by symbol and word, how many samples
// agree; while it streams, the words as they come. Pure.
import type { Outcome, Verdict } from '../../documents/cot/outcome';
import { partsOf, type StrategyName } from '../../documents/cot/strategy';
import type { Translate } from '../runs/describe';
import type { QuestionAnswers, StrategyAnswers } from './book';
import { oneLine, tailOfLine } from './texts';

/** `mixed` is some strategies right and some not. */
export type InlineKind = 'asking' | Verdict | 'mixed' | 'failed';

export interface Inline {
  readonly kind: InlineKind;
  readonly text: string;
}

const symbols: Readonly<Record<Verdict, string>> = { right: '✓', wrong: '✗', none: '○' };
const streamedCharacters = 64;
const mostMessage = 160;
const separator = ' · ';
/** A line's end has little room. */
const shortNames: Readonly<Record<string, string>> = {
  'chain-of-thought': 'CoT', 'self-consistency': 'CoT-SC', 'knn-few-shot': 'kNN', 'self-generated-cot': 'self-CoT', 'choice-shuffle': 'shuffle',
};

function shortName(strategy: StrategyName): string {
  return partsOf(strategy).map((part) => shortNames[part] ?? part).join('+');
}

/** `frame` is what turns while the model is at it. */
export function inlineOf(answers: QuestionAnswers, frame: string, t: Translate): Inline {
  const parts = answers.strategies.map((one) => partOf(one, frame, t));
  switch (answers.phase) {
    case 'downloading': return { kind: 'asking', text: [...parts, `${frame} ${t('downloading {0} …', oneLine(answers.model, 40))}`].join(separator) };
    case 'starting': return { kind: 'asking', text: [...parts, `${frame} ${t('starting {0} …', oneLine(answers.model, 40))}`].join(separator) };
    case 'asking': {
      const waits = parts.length === 0 || !answers.strategies.some(({ streaming }) => streaming !== undefined);
      return { kind: 'asking', text: [...parts, ...(waits ? [`${frame} ${parts.length === 0 ? t('asking {0} …', oneLine(answers.model, 40)) : '…'}`] : [])].join(separator) };
    }
    case 'failed': return { kind: 'failed', text: [...parts, `⚠ ${oneLine(answers.message ?? t('failed'), mostMessage)}`].join(separator) };
    case 'cancelled': return { kind: parts.length === 0 ? 'none' : kindOf(answers.strategies), text: [...parts, `◻ ${t('cancelled')}`].join(separator) };
    case 'done': return { kind: kindOf(answers.strategies), text: [...parts, ...(answers.isOtherPrompt ? [`↺ ${t('asked with another text of the prompt')}`] : [])].join(separator) };
  }
}

/** The same on a lens, where a line's end may be out of sight: symbols and letters alone. */
export function summaryOf(answers: QuestionAnswers, t: Translate): string {
  if (answers.phase === 'downloading' || answers.phase === 'starting' || answers.phase === 'asking') return t('asking …');
  if (answers.phase === 'failed') return t('⚠ failed');
  const outcomes = answers.strategies.flatMap(({ outcome }) => outcome ?? []);
  return outcomes.length === 0 ? t('no answer') : outcomes.map((outcome) => [symbols[outcome.verdict], outcome.letter ?? ''].join(' ').trim() + agreement(outcome)).join(separator);
}

function partOf({ strategy, records, repeats, outcome, streaming }: StrategyAnswers, frame: string, t: Translate): string {
  if (streaming !== undefined) {
    const count = repeats > 1 || records.length > 0 ? ` ${records.length + 1}/${Math.max(repeats, records.length + 1)}` : '';
    return `${frame} ${shortName(strategy)}${count}: ${tailOfLine(streaming, streamedCharacters)}`;
  }
  if (!outcome) return `${frame} ${shortName(strategy)}`;
  const missing = records.length < repeats ? ` (${t('{0} of {1} samples', records.length, repeats)})` : '';
  return `${symbols[outcome.verdict]} ${shortName(strategy)} ${verdictWords(outcome, t)}${agreement(outcome)}${missing}`;
}

/** `B right`, `C wrong`, `no answer`. */
export function verdictWords({ letter, verdict }: Outcome, t: Translate): string {
  switch (verdict) {
    case 'right': return `${letter!} ${t('right')}`;
    case 'wrong': return `${letter!} ${t('wrong')}`;
    case 'none': return t('no answer');
  }
}

function agreement({ votes, samples, verdict }: Outcome): string {
  return samples > 1 && verdict !== 'none' ? ` ${votes}/${samples}` : '';
}

function kindOf(strategies: readonly StrategyAnswers[]): InlineKind {
  const verdicts = new Set(strategies.flatMap(({ outcome }) => outcome?.verdict ?? []));
  const [only] = verdicts;
  if (only === undefined) return 'none';
  return verdicts.size === 1 ? only : verdicts.has('right') ? 'mixed' : 'wrong';
}
