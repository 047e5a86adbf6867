// Finds the checkpoint a user means: the id (or a unique part of it) of a run of this workspace, a run's folder, a
// checkpoint folder, or `sample` for the model that is shipped.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import { latestCheckpoint } from '../../../runs/checkpoints';
import { listJobs } from '../../../runs/list';
import { mediaPath } from '../../parts/assets';
import { toStoredPath } from './paths';

/** Names the model in media/sample/model, in every workspace. */
export const sampleModelReference = 'sample';

export interface FoundCheckpoint {
  /** Stored path of the checkpoint folder. */
  readonly checkpoint: string;
  /** Id of the run that wrote it, when a run did. */
  readonly job?: string;
}

/** What jobs about a model are named after: its run, whose name the id holds between time and suffix, `sample`, or its folder. */
export function modelName(root: string, { job, checkpoint }: FoundCheckpoint): string {
  if (job !== undefined) return job.replace(/^\d{8}-\d{6}-/, '').replace(/-[^-]*$/, '');
  return checkpoint === toStoredPath(root, mediaPath('sample', 'model')) ? sampleModelReference : path.posix.basename(checkpoint);
}

/** @param from folder that relative paths start at. */
export async function findCheckpoint(root: string, from: string, reference: string, place: { file?: string; key?: string } = {}): Promise<FoundCheckpoint> {
  if (reference === sampleModelReference) return { checkpoint: toStoredPath(root, mediaPath('sample', 'model')) };
  const folder = path.resolve(from, reference);
  if (existsSync(path.join(folder, 'config.json'))) return { checkpoint: toStoredPath(root, folder), ...jobOf(root, folder) };
  if (existsSync(path.join(folder, 'run.yaml'))) return ofJob(root, folder, reference, place);
  const jobs = await listJobs(root);
  const matching = jobs.filter((job) => job.kind === 'train' && (job.id === reference || job.id.includes(reference)));
  if (matching.length === 1) return ofJob(root, matching[0]!.folder, reference, place);
  throw userError({
    code: 'checkpoint-not-found', ...place, value: reference,
    message: matching.length === 0 ? 'no checkpoint folder and no run of this name' : `${matching.length} runs match: ${matching.map((job) => job.id).join(', ')}`,
    next: matching.length === 0 ? 'Name a folder with config.json, or a run: `preclinical runs` lists them.' : 'Write more of the id.',
  });
}

async function ofJob(root: string, folder: string, reference: string, place: { file?: string; key?: string }): Promise<FoundCheckpoint> {
  const checkpoint = await latestCheckpoint(folder);
  if (checkpoint === undefined) {
    throw userError({
      code: 'run-without-checkpoint', ...place, value: reference,
      message: 'this run has written no checkpoint yet', next: 'Let it run, or ask for one: `preclinical runs checkpoint ID`.',
    });
  }
  return { checkpoint: toStoredPath(root, checkpoint), job: path.basename(folder) };
}

/** A checkpoint inside a job folder belongs to that job. */
function jobOf(root: string, folder: string): { job?: string } {
  const parts = path.relative(path.join(root, '.preclinical', 'runs'), folder).split(path.sep);
  return parts[0] !== undefined && parts[0] !== '..' && parts[1] === 'checkpoints' ? { job: parts[0] } : {};
}
