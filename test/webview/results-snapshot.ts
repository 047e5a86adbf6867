// Snapshots of made-up evaluations for tests of the results panel.
import type { Estimate } from '../../src/base/math/statistics';
import type { ResultsEvaluation, ResultsItems, ResultsSnapshot, ResultsTexts } from '../../src/protocol/panels/results';

const named = (names: readonly string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, name]));

export const texts = {
  ...named([
    'evaluations', 'evaluation', 'model', 'metric', 'task', 'study', 'base', 'show', 'score', 'toParent', 'toBase', 'points', 'questions', 'first', 'second', 'difference', 'interval', 'resampling', 'onlyFirst',
    'onlySecond', 'pValue', 'adjustedP', 'singleRun', 'oneSeed', 'noShared', 'pickTwo', 'filter', 'right', 'wrong', 'noAnswer', 'notAsked', 'question', 'selectQuestion', 'openItem', 'prompt', 'chosen', 'option', 'probability',
    'logLikelihood', 'calibration', 'noCalibration', 'confidence', 'accuracy', 'orders', 'noOrders', 'movedOn', 'consistency', 'rightInAll', 'subgroups', 'field', 'noFields', 'value', 'save', 'copied', 'empty', 'noneShown',
    'noneMatch', 'keys', 'research',
  ]),
  seeds: '{0} seeds, deviation {1}', heldOut: 'bits per byte {0}', shown: '{0} of {1} questions', target: 'right is {0}', answered: '{0} of the answered', failureRate: 'no answer found {0}', calibrationNote: 'ECE {0} over {1}, confidence {2}, accuracy {3}',
  ordersNote: '{0} {1} {2} {3}',
  tabs: { ladder: 'Ladder', grid: 'Grid', compare: 'Compare', questions: 'Questions', reliability: 'Reliability' },
  filters: { all: 'All questions', differ: 'Fixed or broken', fixed: 'Fixed', broken: 'Broken', bothWrong: 'Both wrong', wrongInAll: 'Wrong in all' },
  copyAs: { markdown: 'Copy as Markdown', latex: 'Copy as LaTeX', csv: 'Copy as CSV' },
} as unknown as ResultsTexts;

export const estimate = (value: number, n = 100): Estimate => ({ value, standardError: 0.05, n });

export function evaluation(id: string, name: string, acc: number, more: Partial<ResultsEvaluation> = {}): ResultsEvaluation {
  return { id, name, facts: ['step-300'], bitsPerByte: { clinical: 1.234 }, scores: { facts: { acc: estimate(acc), acc_norm: estimate(acc) } }, ...more };
}

export function snapshot(evaluations: readonly ResultsEvaluation[], more: Partial<ResultsSnapshot> = {}): ResultsSnapshot {
  return { type: 'snapshot', scope: {}, texts, evaluations, tasks: [{ name: 'facts', metrics: ['acc', 'acc_norm'], isGroup: false }], grids: [], canResample: true, ...more };
}

/** Question i is right for evaluation e where `code` says 2. */
export function items(evaluations: readonly string[], count: number, code: (evaluation: number, row: number) => number, excerpt = (row: number): string => `question ${row}`): Omit<ResultsItems, 'block'> & { readonly block: readonly number[] } {
  const rows = Array.from({ length: count }, (_, row) => row);
  return {
    type: 'items', task: 'facts', metric: 'acc', evaluations, keys: rows.map((row) => `hash${row}#0`), excerpts: rows.map(excerpt),
    block: evaluations.flatMap((_, column) => rows.map((row) => code(column, row))),
  };
}
