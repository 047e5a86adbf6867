// Recognises work that is already done: a job whose kind and resolved values are equal does the same thing, since mixes
// are named by the hash of their content, bases by the job that made them, and question files by theirs.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { runSchema } from '../../../documents/run/schema';
import type { JobFile } from '../../../protocol/job-file';
import { listJobs } from '../../../runs/list';
import { readJobFile } from '../../../runs/job-file';
import { fromStoredPath } from '../prepare/paths';

/** Folder of a job of this root that does what `file` says: a finished one, else one that can go on. */
export async function findSameJob(root: string, file: JobFile): Promise<{ readonly folder: string; readonly done: boolean } | undefined> {
  const wanted = contentOf(file);
  const matching: { folder: string; done: boolean }[] = [];
  for (const job of await listJobs(root)) {
    if (job.kind !== file.kind || job.name !== file.name) continue;
    const other = await readJobFile(job.folder);
    if (contentOf(other) === wanted) {
      matching.push({ folder: job.folder, done: job.state === 'done' && productIsThere(root, other) });
    }
  }
  return matching.find((job) => job.done) ?? matching.at(-1);
}

/** Kind and resolved values; a run written before a setting was there has it at its default. */
function contentOf({ kind, resolved }: JobFile): string {
  if (kind !== 'train') return canonicalJson({ kind, resolved });
  const run = runSchema.safeParse(resolved.run);
  return canonicalJson({ kind, resolved: run.success ? { ...resolved, run: run.data } : resolved });
}

/** A mix's product lies outside its job folder, where it may have been cleared away since. */
function productIsThere(root: string, file: JobFile): boolean {
  return file.kind !== 'mix' || existsSync(path.join(fromStoredPath(root, file.resolved.product), 'manifest.json'));
}

/** JSON with the keys of every object in order. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner);
}
