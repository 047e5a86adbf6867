// Evaluations by the run they are about. Pure: no vscode, no files.
import type { RunEntry } from '../runs/entry';

export interface EvaluationGroup {
  /** Id of the run; undefined for checkpoints that no run of this workspace wrote. */
  readonly of: string | undefined;
  /** Newest first. */
  readonly evaluations: readonly RunEntry[];
}

/** Groups in the order of their newest evaluation, newest first; `entries` are newest first. */
export function groupEvaluations(entries: readonly RunEntry[], showArchived: boolean): EvaluationGroup[] {
  const groups = new Map<string | undefined, RunEntry[]>();
  for (const entry of entries) {
    if (entry.kind !== 'evaluate' || (entry.labels.archived === true && !showArchived)) continue;
    groups.set(entry.of, [...groups.get(entry.of) ?? [], entry]);
  }
  return [...groups].map(([of, evaluations]) => ({ of, evaluations }));
}
