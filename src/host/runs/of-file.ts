// Which runs came from a file, and which trainings are in what a user points at. Pure.
import path from 'node:path';
import type { RunEntry } from './entry';

/** Path of a file as job folders name it. */
export function storedName(root: string, file: string): string {
  const relative = path.relative(root, file);
  return (relative.startsWith('..') || path.isAbsolute(relative) ? file : relative).split(path.sep).join('/');
}

/** Jobs started from this file, newest first as the entries are. */
export function jobsOfFile(entries: readonly RunEntry[], root: string, file: string): RunEntry[] {
  const stored = storedName(root, file);
  return entries.filter((entry) => entry.file === stored);
}

/** Ids of the trainings to show the curves of: a study stands for its steps, every other job for itself. */
export function trainingsIn(jobs: readonly RunEntry[], find: (id: string) => RunEntry | undefined): string[] {
  const ids = jobs.flatMap((job) => (job.kind === 'study' ? job.steps.flatMap(({ job: step }) => step ?? []) : [job.id]));
  return [...new Set(ids)].filter((id) => find(id)?.kind === 'train');
}
