// Names of everything under `.preclinical/`. Private to the user and ignored by Git from the moment it is made.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { privateFileMode, privateFolderMode } from './files/atomic';
import { errorCode } from './files/retry';

export const preclinicalName = '.preclinical';

export function preclinicalFolder(root: string): string {
  return path.join(root, preclinicalName);
}
export function runsFolder(root: string): string {
  return path.join(root, preclinicalName, 'runs');
}
/** Products of mixes: MIXES/NAME/HASH. */
export function mixesFolder(root: string): string {
  return path.join(root, preclinicalName, 'mixes');
}
/** What can be computed again: may be deleted at any time. */
export function cacheFolder(root: string): string {
  return path.join(root, preclinicalName, 'cache');
}
export function jobFolder(root: string, id: string): string {
  return path.join(runsFolder(root), id);
}

/** Files of a job folder, by what they are. */
export const jobFiles = {
  run: 'run.yaml',
  provenance: 'provenance.json',
  status: 'status.json',
  heartbeat: 'heartbeat',
  lock: 'lock',
  events: 'events.jsonl',
  log: 'log.txt',
  requests: 'requests',
  labels: 'labels.json',
  checkpoints: 'checkpoints',
  results: 'results',
} as const;

export function jobPath(folder: string, name: keyof typeof jobFiles): string {
  return path.join(folder, jobFiles[name]);
}

/** The workspace root a job folder belongs to: ROOT/.preclinical/runs/ID. */
export function rootOfJob(folder: string): string {
  return path.resolve(folder, '..', '..', '..');
}

/** Makes `.preclinical/` (0700) with a `.gitignore` that keeps all of it out of Git. */
export async function makePreclinicalFolder(root: string): Promise<string> {
  const folder = preclinicalFolder(root);
  await mkdir(folder, { recursive: true, mode: privateFolderMode });
  try {
    await writeFile(path.join(folder, '.gitignore'), '*\n', { flag: 'wx', mode: privateFileMode });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  return folder;
}
