// The study's table: rows and columns as the study file lays them out, each cell a training step with its scores and
// the differences to the step it started from and to the base.
import type { Study } from '../../../../documents/study/schema';
import type { StoredTask } from '../../../../runs/scored/read';
import { metricNames } from '../../../evaluate';
import type { CellScore, GridCell, GridReport } from '../model';
import { accuracy, pairedTo } from './differences';
import type { Scores } from './scores';

export function collectGrid(study: Study, scores: Scores): GridReport {
  const cell = (row: string, column: string, step: string): GridCell => gridCell(study, scores, row, column, step);
  if (!study.grid) {
    const steps = Object.keys(study.steps).filter((name) => scores.has(name));
    return {
      rows: steps.map((name) => ({ name, title: name })),
      columns: [{ name: 'score', title: 'score' }],
      cells: steps.map((name) => cell(name, 'score', name)),
    };
  }
  const { rows, columns, cells, base } = study.grid;
  const titled = (titles: Readonly<Record<string, string>>): { name: string; title: string }[] => Object.entries(titles).map(([name, title]) => ({ name, title }));
  return {
    rows: titled(rows), columns: titled(columns), base,
    cells: Object.entries(cells).flatMap(([row, inRow]) => Object.entries(inRow).map(([column, step]) => cell(row, column, step))),
  };
}

export function parentOf(study: Study, step: string): string | undefined {
  const definition = study.steps[step];
  return definition && 'run' in definition ? definition.base : undefined;
}

function gridCell(study: Study, scores: Scores, row: string, column: string, step: string): GridCell {
  const parent = parentOf(study, step);
  const base = study.grid?.base;
  const byTask = [...scores.get(step)?.values() ?? []].map((task) => [task.task, cellScores(task, {
    parent: parent === undefined ? undefined : scores.get(parent)?.get(task.task),
    base: base === undefined || base === step ? undefined : scores.get(base)?.get(task.task),
  })] as const);
  return { row, column, step, ...(parent === undefined ? {} : { parent }), scores: Object.fromEntries(byTask) };
}

function cellScores(task: StoredTask, others: { readonly parent: StoredTask | undefined; readonly base: StoredTask | undefined }): GridCell['scores'][string] {
  return Object.fromEntries(metricNames.flatMap((metric): [string, CellScore][] => {
    const estimate = task.metrics[metric];
    if (!estimate) return [];
    const toParent = pairedTo(task, others.parent, metric);
    const toBase = pairedTo(task, others.base, metric);
    return [[metric, { ...accuracy(estimate), ...(toParent ? { toParent } : {}), ...(toBase ? { toBase } : {}) }]];
  }));
}
