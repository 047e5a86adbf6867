// The tables of the panel as rows of text: for other programs, and as what the page shows. Pure.
import type { Estimate } from '../../src/base/math/statistics';
import type { TextTable } from '../../src/base/text/tables';
import { methodKey, type ResultsChanges, type ResultsEvaluation, type ResultsGrid, type ResultsPair, type ResultsSnapshot, type ResultsTask, type ResultsTexts } from '../../src/protocol/panels/results';
import { changeText, fill, fullName, percent, pointsOf, pValueText, scoreText, seedsText } from './words';

/** The metric a task is read by: the chosen one, else its first. */
export function metricOf(task: ResultsTask, metric: string): string {
  return task.metrics.includes(metric) ? metric : task.metrics[0] ?? metric;
}

/** Tasks that any of the shown has a score of. */
export function tasksOf({ tasks }: ResultsSnapshot, shown: readonly ResultsEvaluation[]): ResultsTask[] {
  return tasks.filter(({ name }) => shown.some(({ scores }) => scores[name] !== undefined));
}

export interface ScoreCell {
  readonly score: Estimate;
  readonly toParent: Estimate | undefined;
  readonly toBase: Estimate | undefined;
  readonly answered: { readonly accuracy: number; readonly failureRate: number } | undefined;
  /** Of a method. */
  readonly seeds?: { readonly count: number; readonly deviation: number | undefined };
}

/** Whether a cell is computed over seeds: it has several, or is compared with several. */
export function isMethod(ids: readonly string[], { base }: ResultsGrid): boolean {
  return ids.length > 1 || (ids.length === 1 && base.length > 1);
}

/** Of one evaluation, or over the seeds of a method. */
export function gridCell(ids: readonly string[], { evaluations }: ResultsSnapshot, grid: ResultsGrid, task: ResultsTask, metric: string, changes: ResultsChanges | undefined): ScoreCell | undefined {
  const one = evaluations.find(({ id }) => id === ids[0]);
  if (!isMethod(ids, grid)) return one && cellOf(one, task, metric, changes);
  const method = changes?.methods[methodKey(ids)]?.[task.name]?.[metricOf(task, metric)];
  return method && { score: method.score, toParent: method.toParent, toBase: method.toBase, answered: undefined, seeds: { count: method.seeds, deviation: method.deviation } };
}

export function cellOf({ id, scores }: ResultsEvaluation, task: ResultsTask, metric: string, changes: ResultsChanges | undefined): ScoreCell | undefined {
  const name = metricOf(task, metric);
  const score = scores[task.name]?.[name];
  return score && { score, toParent: changes?.toParent[id]?.[task.name]?.[name], toBase: changes?.toBase[id]?.[task.name]?.[name], answered: changes?.answered[id]?.[task.name]?.[name] };
}

/** Domains of the held-out losses of the shown. */
export function domainsOf(shown: readonly ResultsEvaluation[]): string[] {
  return [...new Set(shown.flatMap(({ bitsPerByte }) => Object.keys(bitsPerByte)))];
}

export function ladderTable(snapshot: ResultsSnapshot, shown: readonly ResultsEvaluation[], metric: string, changes: ResultsChanges | undefined): TextTable {
  const { texts } = snapshot;
  const tasks = tasksOf(snapshot, shown);
  const domains = domainsOf(shown);
  return {
    title: `${texts.score}; ${texts.points}`,
    header: [texts.model, ...tasks.flatMap((task) => [`${task.name} ${metricOf(task, metric)}`, texts.toParent, texts.toBase]), ...domains.map((domain) => fill(texts.heldOut, domain))],
    rows: shown.map((one) => [fullName(one), ...tasks.flatMap((task) => {
      const cell = cellOf(one, task, metric, changes);
      return [cell ? scoreText(cell.score) : '', cell?.toParent ? changeText(cell.toParent) : '', cell?.toBase ? changeText(cell.toBase) : ''];
    }), ...domains.map((domain) => one.bitsPerByte[domain]?.toFixed(3) ?? '')]),
  };
}

export function gridTable(snapshot: ResultsSnapshot, grid: ResultsGrid, task: ResultsTask, metric: string, changes: ResultsChanges | undefined): TextTable {
  const { texts } = snapshot;
  return {
    title: `${grid.title}, ${task.name} ${metricOf(task, metric)}: ${texts.score}; ${texts.toParent}; ${texts.toBase}`,
    header: ['', ...grid.columns],
    rows: grid.rows.map((row, at) => [row, ...grid.columns.map((_, column) => {
      const cell = gridCell(grid.cells[at]?.[column] ?? [], snapshot, grid, task, metric, changes);
      return cell ? [scoreText(cell.score), seedsText(cell.seeds, texts), cell.toParent ? changeText(cell.toParent) : '', cell.toBase ? changeText(cell.toBase) : ''].filter(Boolean).join('; ') : '';
    })]),
  };
}

export function pairTable({ rows }: ResultsPair, first: ResultsEvaluation, second: ResultsEvaluation, texts: ResultsTexts): TextTable {
  return {
    title: `${fullName(second)} − ${fullName(first)}`,
    header: [texts.task, texts.metric, texts.questions, texts.first, texts.second, texts.difference, texts.interval, texts.onlyFirst, texts.onlySecond, texts.pValue, texts.adjustedP],
    rows: rows.map((row) => [
      row.task, row.metric, String(row.difference.n), percent(row.first.value), percent(row.second.value), changeText(row.difference),
      row.interval ? `${pointsOf(row.interval[0])} … ${pointsOf(row.interval[1])}` : '', String(row.onlyFirst), String(row.onlySecond), pValueText(row.p), pValueText(row.adjustedP),
    ]),
  };
}
