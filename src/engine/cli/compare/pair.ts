// Two evaluations over the questions both were asked, as tables and in words.
import { alignColumns } from '../../../base/text/columns';
import type { TextTable } from '../../../base/text/tables';
import type { PairedComparison } from '../../../runs/scored/compare';
import { differItems, type ItemDifference } from '../../../runs/scored/differ';
import type { StoredResults } from '../../../runs/scored/read';
import type { OpenedEvaluation } from './open';
import { pValue, signed, signedWithError } from './words';

export function describePair(first: OpenedEvaluation, second: OpenedEvaluation, comparisons: readonly PairedComparison[]): string {
  const names = alignColumns([['first', first.job.name, first.job.id], ['second', second.job.name, second.job.id]]);
  if (comparisons.length === 0) return `${names}\n\nThey share no question, so nothing can be compared.`;
  const { header, rows } = pairTable(first, second, comparisons);
  return [
    names, '', alignColumns([header, ...rows], [2, 3, 4, 5, 6, 7, 8, 9]), '',
    'Over the questions both were asked. Holm corrects over the tasks of one metric.',
    'A single run on each side: this compares two checkpoints, not two methods.',
  ].join('\n');
}

export function pairTable(first: OpenedEvaluation, second: OpenedEvaluation, comparisons: readonly PairedComparison[]): TextTable {
  return {
    title: `${second.job.name} − ${first.job.name}, a single run each`,
    header: ['task', 'metric', 'questions', 'first', 'second', 'second − first', '95 % (bootstrap)', 'only first / second right', 'p (McNemar)', 'p (Holm)'],
    rows: comparisons.map((one) => [
      one.task, one.metric, String(one.difference.n), one.first.value.toFixed(3), one.second.value.toFixed(3), signedWithError(one.difference),
      `${signed(one.interval[0])} … ${signed(one.interval[1])}`, `${one.onlyFirst} / ${one.onlySecond}`, pValue(one.p), pValue(one.adjustedP),
    ]),
  };
}

/** The same as bare numbers, which other programs read. */
export function pairNumbers(comparisons: readonly PairedComparison[]): TextTable {
  return {
    title: '', header: ['task', 'metric', 'questions', 'first', 'second', 'difference', 'standard_error', 'low_95', 'high_95', 'only_first_right', 'only_second_right', 'p_mcnemar', 'p_holm'],
    rows: comparisons.map((one) => [
      one.task, one.metric,
      ...[one.difference.n, one.first.value, one.second.value, one.difference.value, one.difference.standardError, ...one.interval, one.onlyFirst, one.onlySecond, one.p, one.adjustedP].map((value) => String(value ?? '')),
    ]),
  };
}

export interface ItemRow extends ItemDifference { readonly task: string; readonly metric: string }

/** Questions that at least one of the two got wrong. */
export function itemRows(first: StoredResults, second: StoredResults, comparisons: readonly PairedComparison[]): ItemRow[] {
  return comparisons.flatMap(({ task, metric }) => differItems(first.tasks.get(task)!, second.tasks.get(task)!, metric)
    .filter(({ outcome }) => outcome !== 'both right').map((item) => ({ task, metric, ...item })));
}

export function itemTable(items: readonly ItemRow[]): TextTable {
  return {
    title: 'Questions that at least one evaluation got wrong', header: ['task', 'metric', 'outcome', 'doc_id of first', 'doc_id of second', 'doc_hash'],
    rows: items.map(({ task, metric, outcome, firstId, secondId, docHash }) => [task, metric, outcome, String(firstId ?? ''), String(secondId ?? ''), docHash]),
  };
}

export function itemText(items: readonly ItemRow[]): string {
  const groups = new Map<string, (number | string)[]>();
  for (const { task, metric, outcome, secondId, docHash } of items) {
    const key = `${task} ${metric}, ${outcome}`;
    groups.set(key, [...groups.get(key) ?? [], secondId ?? docHash.slice(0, 8)]);
  }
  return ['Questions by their doc_id in the samples of the second:', ...[...groups].map(([key, ids]) => `${key} (${ids.length}): ${ids.join(' ')}`)].join('\n');
}
