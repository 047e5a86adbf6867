// The checkpoints of one run: which are whole, which is the newest, and which are no longer kept.
import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { temporaryBeside } from '../../runs/files/atomic';
import { errorCode } from '../../runs/files/retry';
import { readTrainerState, type TrainerState } from './trainer-state';

export interface FoundCheckpoint { readonly folder: string; readonly state: TrainerState }

export function checkpointName(step: number): string {
  return `step-${step}`;
}

/** Newest whole checkpoint under `checkpoints`; `broken` names newer folders that were cut short. */
export async function newestCheckpoint(checkpoints: string): Promise<{ readonly found: FoundCheckpoint | undefined; readonly broken: readonly string[] }> {
  const broken: string[] = [];
  for (const name of await namesNewestFirst(checkpoints)) {
    const folder = path.join(checkpoints, name);
    const state = await readTrainerState(folder);
    if (state !== undefined) return { found: { folder, state }, broken };
    broken.push(name);
  }
  return { found: undefined, broken };
}

/** Removes all but the newest `keep` checkpoints. Each is renamed first, so that none is ever seen half removed. */
export async function removeOldCheckpoints(checkpoints: string, keep: number): Promise<void> {
  for (const name of (await namesNewestFirst(checkpoints)).slice(keep)) {
    const aside = temporaryBeside(path.join(checkpoints, name));
    await rename(path.join(checkpoints, name), aside);
    await rm(aside, { recursive: true, force: true });
  }
}

async function namesNewestFirst(checkpoints: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(checkpoints);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
  return names.filter((name) => /^step-\d+$/.test(name)).sort((a, b) => Number(b.slice(5)) - Number(a.slice(5)));
}
