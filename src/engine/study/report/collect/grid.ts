// The study's table: rows and columns as the study file lays them out, each cell a training step with its scores and
// the differences to the step it started from and to the base.
import type { Study } from '../../../../documents/study/schema';
import type { StoredTask } from '../../../../runs/scored/read';
import { metricNames } from '../../../evaluate';
import type { CellScore, GridCell, GridReport } from '../model';
import { accuracyOf, changeFrom } from './differences';
import type { Scores } from './scores';

export function collectGrid(study: Study, scores: Scores): GridReport {
  const cell = (row: string, column: string, steps: string | readonly string[]): GridCell => gridCell(study, scores, row, column, [steps].flat());
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
    rows: titled(rows), columns: titled(columns), base: [base].flat().join(', '),
    cells: Object.entries(cells).flatMap(([row, inRow]) => Object.entries(inRow).map(([column, steps]) => cell(row, column, steps))),
  };
}

export function parentOf(study: Study, step: string): string | undefined {
  const definition = study.steps[step];
  return definition && 'run' in definition ? definition.base : undefined;
}

function gridCell(study: Study, scores: Scores, row: string, column: string, steps: readonly string[]): GridCell {
  const parents = steps.map((step) => parentOf(study, step));
  const base = [study.grid?.base ?? []].flat();
  const tasks = [...scores.get(steps[0]!)?.keys() ?? []];
  const taskOf = (names: readonly (string | undefined)[], task: string): (StoredTask | undefined)[] => names.map((name) => (name === undefined ? undefined : scores.get(name)?.get(task)));
  const byTask = tasks.map((task) => [task, cellScores(taskOf(steps, task), taskOf(parents, task), base.join() === steps.join() ? [] : taskOf(base, task))] as const);
  const named = [...new Set(parents.filter((parent) => parent !== undefined))];
  return { row, column, steps, ...(named.length === 0 ? {} : { parent: named.join(', ') }), scores: Object.fromEntries(byTask) };
}

/** @param tasks of the seeds of the cell; no score before all of them are there. */
function cellScores(tasks: readonly (StoredTask | undefined)[], parents: readonly (StoredTask | undefined)[], bases: readonly (StoredTask | undefined)[]): GridCell['scores'][string] {
  return Object.fromEntries(metricNames.flatMap((metric): [string, CellScore][] => {
    const score = accuracyOf(tasks, metric);
    if (!score) return [];
    const toParent = changeFrom(tasks, parents, metric);
    const toBase = changeFrom(tasks, bases, metric);
    return [[metric, { ...score, ...(toParent ? { toParent } : {}), ...(toBase ? { toBase } : {}) }]];
  }));
}
