// Which runs came to an end between two looks. Pure.
import type { RunEntry, RunState } from './entry';

const told = new Set<RunEntry['kind']>(['train', 'evaluate', 'prompt', 'study']);

/** Runs that worked at the last look and are done, failed or lost now; steps of a study are the study's to tell. */
export function endedRuns(before: ReadonlyMap<string, RunState>, entries: readonly RunEntry[], isStep: (id: string) => boolean): RunEntry[] {
  return entries.filter((entry) =>
    told.has(entry.kind) && before.get(entry.id) === 'running' && (entry.reading.state === 'done' || isFailure(entry)) && !isStep(entry.id));
}

/** A stop or a pause is what the user asked for. */
export function isFailure({ reading: { state } }: RunEntry): boolean {
  return state === 'failed' || state === 'lost';
}
