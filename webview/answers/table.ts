// The table as it is looked at: which rows, in which order, and what each cell says. Pure.
import { mcnemarExact } from '../../src/base/math/statistics-tests';
import type { AnswersRows, AnswersVariant } from '../../src/protocol/panels/answers';
import { type AnswerCell, cellAt } from '../../src/protocol/panels/answers-block';
import type { AnswersSettings } from './settings';

export interface AnswersTable {
  readonly rows: AnswersRows;
  /** All variants, in the order of the block. */
  readonly variants: readonly AnswersVariant[];
  readonly block: Uint16Array;
}

export type Verdict = 'right' | 'wrong' | 'noAnswer';

export interface ShownCell extends AnswerCell { readonly verdict: Verdict }

/** Undefined where the question was not asked. `variant` is a place in the table's variants. */
export function shownCell({ rows, block }: AnswersTable, variant: number, row: number): ShownCell | undefined {
  const cell = cellAt(block, rows.ids.length, variant, row);
  if (!cell) return undefined;
  return { ...cell, verdict: cell.letter === undefined ? 'noAnswer' : cell.letter === rows.golds[row] ? 'right' : 'wrong' };
}

/** Places of the rows that pass the filter, in order. `columns` are places of the variants that are shown. */
export function visibleRows(table: AnswersTable, columns: readonly number[], settings: AnswersSettings): Uint32Array {
  const test = filterOf(table, columns, settings);
  const passed = Uint32Array.from({ length: table.rows.ids.length }, (_, row) => row).filter(test);
  const { sort } = settings;
  const by = sort ? table.variants.findIndex(({ id }) => id === sort.variant) : -1;
  if (!sort || by < 0) return passed;
  const order: Readonly<Record<Verdict, number>> = sort.first === 'wrong' ? { wrong: 0, noAnswer: 1, right: 2 } : { right: 0, wrong: 1, noAnswer: 2 };
  const rank = (row: number): number => {
    const cell = shownCell(table, by, row);
    return cell ? order[cell.verdict] : 3;
  };
  // Equal ranks keep the order of the file.
  return Uint32Array.from([...passed].map((row) => [row, rank(row)] as const).sort(([a, rankA], [b, rankB]) => rankA - rankB || a - b), ([row]) => row);
}

function filterOf(table: AnswersTable, columns: readonly number[], settings: AnswersSettings): (row: number) => boolean {
  const cells = (row: number): ShownCell[] => columns.flatMap((variant) => shownCell(table, variant, row) ?? []);
  const pair = comparedColumns(table, settings);
  const changes = (before: boolean) => (row: number): boolean => {
    if (!pair) return false;
    const [from, to] = pair.map((variant) => shownCell(table, variant, row));
    return from !== undefined && to !== undefined && (from.verdict === 'right') === before && (to.verdict === 'right') !== before;
  };
  switch (settings.filter) {
    case 'all': return (row) => cells(row).length > 0;
    case 'disagree': return (row) => new Set(cells(row).map(({ letter }) => letter)).size > 1;
    case 'wrongInAll': return (row) => {
      const asked = cells(row);
      return asked.length > 0 && asked.every(({ verdict }) => verdict !== 'right');
    };
    case 'noAnswer': return (row) => cells(row).some(({ verdict }) => verdict === 'noAnswer');
    case 'fixed': return changes(false);
    case 'broken': return changes(true);
  }
}

/** Places of the two variants that are compared; undefined until both are chosen. */
export function comparedColumns({ variants }: AnswersTable, { from, to }: AnswersSettings): readonly [number, number] | undefined {
  const a = variants.findIndex(({ id }) => id === from);
  const b = variants.findIndex(({ id }) => id === to);
  return a < 0 || b < 0 || a === b ? undefined : [a, b];
}

export interface Paired { readonly fixed: number; readonly broken: number; readonly pValue: number }

/** Over the questions that both were asked. */
export function paired(table: AnswersTable, [from, to]: readonly [number, number]): Paired {
  const a: number[] = [];
  const b: number[] = [];
  for (let row = 0; row < table.rows.ids.length; row += 1) {
    const before = shownCell(table, from, row);
    const after = shownCell(table, to, row);
    if (!before || !after) continue;
    a.push(Number(before.verdict === 'right'));
    b.push(Number(after.verdict === 'right'));
  }
  const { onlyFirst, onlySecond, p } = mcnemarExact(a, b);
  return { fixed: onlySecond, broken: onlyFirst, pValue: p };
}
