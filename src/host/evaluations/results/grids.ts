// The grids of studies, with the evaluation of each cell. No vscode.
import type { StudyJobFile } from '../../../protocol/job-file';
import type { ResultsGrid } from '../../../protocol/panels/results';
import { readJobFile } from '../../../runs/job-file';
import type { RunEntry } from '../../runs/entry';

/** @param scored run of each evaluation that has scores, newest evaluation first. */
export async function gridsOf(entries: readonly RunEntry[], scored: ReadonlyMap<string, string | undefined>): Promise<ResultsGrid[]> {
  const studies = entries.filter(({ kind, steps }) => kind === 'study' && steps.some(({ job }) => job !== undefined && scored.has(job)));
  const grids = await Promise.all(studies.map(async (study) => {
    const file = await readJobFile(study.folder).catch(() => undefined);
    return file?.kind === 'study' ? gridOf(study, file, scored) : undefined;
  }));
  return grids.filter((grid) => grid !== undefined);
}

function gridOf({ id, name, steps }: RunEntry, file: StudyJobFile, scored: ReadonlyMap<string, string | undefined>): ResultsGrid | undefined {
  const { grid, steps: planned } = file.resolved.study;
  if (!grid) return undefined;
  // A cell names a training step; what counts is the evaluation of it.
  const evaluationOf = (training: string): string | null => {
    const found = steps.findLast(({ step, job }) => job !== undefined && scored.has(job) && planned[step] !== undefined && 'evaluate' in planned[step] && planned[step].of === training);
    return found?.job ?? null;
  };
  const base = evaluationOf(grid.base);
  return {
    study: id, title: name, rows: Object.values(grid.rows), columns: Object.values(grid.columns),
    cells: Object.keys(grid.rows).map((row) => Object.keys(grid.columns).map((column) => {
      const training = grid.cells[row]?.[column];
      return training === undefined ? null : evaluationOf(training);
    })),
    ...(base === null ? {} : { base }),
  };
}
