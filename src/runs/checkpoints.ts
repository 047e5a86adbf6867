// The checkpoints of a job: `checkpoints/step-N/`, complete from the moment they have that name.
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './files/retry';
import { jobPath } from './layout';

const required = ['config.json', 'trainer_state.json'];

/** Absolute path of the newest checkpoint (largest step) that has its config and its trainer's state. */
export async function latestCheckpoint(jobFolder: string): Promise<string | undefined> {
  const folder = jobPath(path.resolve(jobFolder), 'checkpoints');
  const steps = (await namesIn(folder))
    .flatMap((name) => /^step-(\d+)$/.exec(name)?.[1] ?? [])
    .sort((a, b) => Number(b) - Number(a));
  for (const step of steps) {
    const checkpoint = path.join(folder, `step-${step}`);
    if (await hasAll(checkpoint)) return checkpoint;
  }
  return undefined;
}

async function hasAll(checkpoint: string): Promise<boolean> {
  try {
    await Promise.all(required.map((name) => access(path.join(checkpoint, name))));
    return true;
  } catch {
    return false;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
