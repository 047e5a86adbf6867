// What cells and columns say. Pure.
import type { AnswersTexts, AnswersVariant } from '../../src/protocol/panels/answers';
import { fill } from '../common/fill';
import type { ShownCell, Verdict } from './table';

/** Told apart without colour. */
export const marks: Readonly<Record<Verdict, string>> = { right: '✓', wrong: '✗', noAnswer: '–' };

export function cellWords(cell: ShownCell | undefined, texts: AnswersTexts): string {
  if (!cell) return texts.notAsked;
  const words = { right: texts.right, wrong: texts.wrong, noAnswer: texts.noAnswer }[cell.verdict];
  return [cell.letter, words, cell.samples > 1 ? fill(texts.votes, cell.votes, cell.samples) : ''].filter(Boolean).join(' ');
}

/** File name without folder and ending. */
export function cotName(cot: string): string {
  return cot.slice(cot.lastIndexOf('/') + 1).replace(/\.cot$/, '');
}

export function variantName({ cot, strategy, model, overrides }: AnswersVariant): string {
  return [model, strategy, cotName(cot), ...overrides].join(' · ');
}

/** A fraction as per cent with one decimal. */
export function percent(fraction: number | null): string {
  return fraction === null ? '–' : `${(100 * fraction).toFixed(1)}%`;
}

export function pValueText(value: number): string {
  return value < 0.001 ? '< 0.001' : value.toFixed(3);
}
