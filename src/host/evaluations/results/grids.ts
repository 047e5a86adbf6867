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

/** Undefined for a study without a grid. */
export function gridOf({ id, name, steps }: RunEntry, file: StudyJobFile, scored: ReadonlyMap<string, string | undefined>): ResultsGrid | undefined {
  const { grid, steps: planned } = file.resolved.study;
  if (!grid) return undefined;
  // A cell names a training step; what counts is the evaluation of it.
  const evaluationOf = (training: string): string | undefined => {
    const found = steps.findLast(({ step, job }) => job !== undefined && scored.has(job) && planned[step] !== undefined && 'evaluate' in planned[step] && planned[step].of === training);
    return found?.job;
  };
  /** All seeds of a method, or none: some of them would be another method. */
  const evaluationsOf = (trainings: string | readonly string[] = []): string[] => {
    const found = [trainings].flat().map(evaluationOf);
    return found.every((id) => id !== undefined) ? found : [];
  };
  return {
    study: id, title: name, rows: Object.values(grid.rows), columns: Object.values(grid.columns),
    cells: Object.keys(grid.rows).map((row) => Object.keys(grid.columns).map((column) => evaluationsOf(grid.cells[row]?.[column]))),
    base: evaluationsOf(grid.base),
  };
}
