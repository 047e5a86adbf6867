// Results that another program made, such as lm-evaluation-harness itself, as an evaluation of this workspace: its files
// are copied as they are into a job folder that is done.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../base/errors/problem';
import type { EvaluateJobFile } from '../../protocol/job-file';
import { createJob } from '../../runs/create';
import { jobPath } from '../../runs/layout';
import { listJobs } from '../../runs/list';
import { samplesFileOf } from '../../runs/results';
import { readStoredResults, type StoredResults } from '../../runs/scored/read';
import { readStatus, writeStatus } from '../../runs/status';
import { toStoredPath } from './prepare/paths';
import { findSameJob } from './study/same-job';

export interface ImportedEvaluation {
  readonly id: string;
  readonly folder: string;
  /** The same file was imported before. */
  readonly done: boolean;
  readonly results: StoredResults;
}

/** @param place a results_*.json, or a folder with some. @param of training run whose model it is about. */
export async function importResults(root: string, place: string, of?: string): Promise<ImportedEvaluation[]> {
  if (of !== undefined && !(await listJobs(root)).some((job) => job.id === of && job.kind === 'train')) {
    throw userError({ code: 'import-no-run', key: '--of', value: of, message: 'there is no training run of this id', next: '`preclinical runs` lists them.' });
  }
  const imported: ImportedEvaluation[] = [];
  for (const file of await resultFiles(place)) imported.push(await importFile(root, file, of));
  return imported;
}

async function importFile(root: string, file: string, of: string | undefined): Promise<ImportedEvaluation> {
  // Everything is read before anything is made: a file that cannot be read leaves no job behind.
  const results = await readStoredResults(file);
  const model = results.modelName === '' ? path.basename(path.dirname(file)) : results.modelName;
  const job: EvaluateJobFile = {
    schema: 1, kind: 'evaluate', overrides: {}, ...(of === undefined ? {} : { of }),
    name: `import-${path.basename(model)}`.toLowerCase().replace(/[^a-z0-9-]+/g, '-').replace(/-+$/, '').slice(0, 60),
    resolved: { checkpoint: model, tasks: [], imported: true, inputHashes: { [toStoredPath(root, file)]: createHash('sha256').update(await readFile(file)).digest('hex') } },
  };
  const same = await findSameJob(root, job);
  if (same?.done) return { id: path.basename(same.folder), folder: same.folder, done: true, results };
  const { id, folder } = await createJob(root, job);
  const target = path.join(jobPath(folder, 'results'), path.basename(path.dirname(file)));
  await mkdir(target, { recursive: true, mode: 0o700 });
  // The summary last, so that it is never there without its samples.
  for (const task of results.tasks.keys()) {
    const samples = samplesFileOf(file, task);
    if (await stat(samples).then((found) => found.isFile(), () => false)) await copyFile(samples, path.join(target, path.basename(samples)));
  }
  await copyFile(file, path.join(target, path.basename(file)));
  writeStatus(folder, { ...(await readStatus(folder))!, state: 'done', at: new Date().toISOString() });
  return { id, folder, done: false, results };
}

async function resultFiles(place: string): Promise<string[]> {
  const found = await stat(place).catch(() => undefined);
  if (found?.isFile()) return [place];
  const names = found ? await readdir(place, { recursive: true }) : [];
  const files = names.filter((name) => /^results_.+\.json$/.test(path.basename(name))).sort().map((name) => path.join(place, name));
  if (files.length > 0) return files;
  throw userError({ code: 'import-nothing', file: place, message: found ? 'this folder has no results_*.json' : 'there is no such file or folder', next: 'Name what lm-evaluation-harness wrote with --output_path.' });
}
