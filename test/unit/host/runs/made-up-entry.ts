// Entries of the Runs view, made up.
import type { RunEntry, RunState } from '../../../../src/host/runs/entry';

export function entry(id: string, part: Partial<RunEntry> & { state?: RunState } = {}): RunEntry {
  const { state = 'done', ...rest } = part;
  return {
    id, folder: `/w/${id}`, kind: 'train', name: id, labels: { schema: 1 }, progress: { checkpointStep: 0 }, steps: [],
    reading: { state, alive: state === 'running', liveness: 'dead', attempt: 1, at: '', host: 'h', pid: 1 }, ...rest,
  };
}
