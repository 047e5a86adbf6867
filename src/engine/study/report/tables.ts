// The tables of a report for other programs: scores of every task and metric, and their changes from parent and base.
import type { TextTable } from '../../../base/text/tables';
import { percent, points, pointsWithError, scoreWithSeeds } from './format';
import type { CellScore, Difference, StudyReport } from './model';
import { reportTables } from './order';

/** Accuracies in per cent ± standard error, changes in points ± paired standard error; `single run` where no seed is repeated. */
export function gridTables(report: StudyReport): TextTable[] {
  const { rows, columns, cells, base } = report.grid;
  const hasSeeds = cells.some(({ steps }) => steps.length > 1);
  const changes = [['toParent', 'change from the model it started from'], ['toBase', `change from ${base ?? 'base'}`]] as const;
  return reportTables(report).flatMap(({ task: { task }, metric }) => {
    const grid = (title: string, show: (score: CellScore) => string): TextTable => ({
      title: `${task} ${metric}, ${title}, ${hasSeeds ? 'a single run where no seeds are named' : 'a single run each'}`,
      header: ['', ...columns.map((column) => column.title)],
      rows: rows.map((row) => [row.title, ...columns.map((column) => {
        const score = cells.find((cell) => cell.row === row.name && cell.column === column.name)?.scores[task]?.[metric];
        return score ? show(score) : '';
      })]),
    });
    const changed = changes.filter(([key]) => cells.some((cell) => cell.scores[task]?.[metric]?.[key] !== undefined));
    return [
      grid('% ± standard error', scoreWithSeeds),
      ...changed.map(([key, title]) => grid(`${title}, points ± paired standard error`, (score) => (score[key] ? pointsWithError(score[key]) : ''))),
    ];
  });
}

/** All of it as one table with a number a cell: for spreadsheets and statistics programs. */
export function longTable(report: StudyReport): TextTable {
  const { cells } = report.grid;
  const rows = reportTables(report).flatMap(({ task: { task }, metric }) => cells.flatMap((cell) => {
    const score = cell.scores[task]?.[metric];
    if (!score) return [];
    const one = (what: string, { estimate }: Difference, show: (value: number) => string): string[] =>
      [task, metric, cell.row, cell.column, what, plain(show(estimate.value)), estimate.standardError === undefined ? '' : percent(estimate.standardError), String(estimate.n)];
    return [
      one('accuracy', score, percent),
      ...(score.toParent ? [one('change from parent', score.toParent, points)] : []), ...(score.toBase ? [one('change from base', score.toBase, points)] : []),
    ];
  }));
  return { title: report.title, header: ['task', 'metric', 'row', 'column', 'what', 'percent', 'standard_error', 'questions'], rows };
}

/** As other programs read numbers: with a hyphen. */
function plain(text: string): string {
  return text.replace('−', '-').replace('+', '');
}
