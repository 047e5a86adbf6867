// The questions as they are looked at: which pass the filter, and what each evaluation made of them. Pure.
import type { TextTable } from '../../src/base/text/tables';
import { type ItemCode, itemCodes, type ResultsEvaluation, type ResultsItems, type ResultsTexts } from '../../src/protocol/panels/results';
import type { FilterName } from './settings';
import { fullName } from './words';

/** Undefined column: an evaluation that was not asked this task. */
export function codeAt({ keys, block }: ResultsItems, column: number, row: number): ItemCode {
  return (column < 0 ? itemCodes.notAsked : block[column * keys.length + row] ?? itemCodes.notAsked) as ItemCode;
}

/** Places of the questions that pass, in the order they were asked. */
export function visibleItems(items: ResultsItems, filter: FilterName, pair: readonly [string, string] | undefined): Uint32Array {
  const [first, second] = [items.evaluations.indexOf(pair?.[0] ?? ''), items.evaluations.indexOf(pair?.[1] ?? '')];
  const isRight = (column: number, row: number): boolean => codeAt(items, column, row) === itemCodes.right;
  const both = (row: number): boolean => codeAt(items, first, row) !== itemCodes.notAsked && codeAt(items, second, row) !== itemCodes.notAsked;
  const tests: Readonly<Record<FilterName, (row: number) => boolean>> = {
    all: () => true,
    differ: (row) => both(row) && isRight(first, row) !== isRight(second, row),
    fixed: (row) => both(row) && !isRight(first, row) && isRight(second, row),
    broken: (row) => both(row) && isRight(first, row) && !isRight(second, row),
    bothWrong: (row) => both(row) && !isRight(first, row) && !isRight(second, row),
    wrongInAll: (row) => items.evaluations.every((_, column) => !isRight(column, row)),
  };
  return Uint32Array.from({ length: items.keys.length }, (_, row) => row).filter(tests[filter]);
}

export const codeMarks: Readonly<Record<ItemCode, string>> = { 0: '', 1: '✗', 2: '✓', 3: '–' };
export const codeClasses: Readonly<Record<ItemCode, string>> = { 0: 'none', 1: 'wrong', 2: 'right', 3: 'noAnswer' };

export function codeWord(code: ItemCode, texts: ResultsTexts): string {
  return { [itemCodes.notAsked]: texts.notAsked, [itemCodes.wrong]: texts.wrong, [itemCodes.right]: texts.right, [itemCodes.noAnswer]: texts.noAnswer }[code];
}

/** The questions in sight, without their words: those of some data sets may not be passed on. */
export function itemTable(items: ResultsItems, rows: Uint32Array, evaluations: readonly ResultsEvaluation[], texts: ResultsTexts): TextTable {
  const names = items.evaluations.map((id) => evaluations.find((one) => one.id === id)).map((one) => (one ? fullName(one) : ''));
  return {
    title: `${items.task} ${items.metric}`, header: ['doc_hash', ...names],
    rows: [...rows].map((row) => [items.keys[row]!, ...items.evaluations.map((_, column) => codeWord(codeAt(items, column, row), texts))]),
  };
}
