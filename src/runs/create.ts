// A new job folder: made by an exclusive mkdir, filled, and complete once it has a status.json.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JobFile } from '../protocol/job-file';
import { privateFileMode, privateFolderMode, syncFolder } from './files/atomic';
import { errorCode } from './files/retry';
import { makeJobId } from './id';
import { writeJobFile } from './job-file';
import { jobPath, makePreclinicalFolder, runsFolder } from './layout';
import { writeStatus } from './status';
import { thisHost } from './this-host';

export interface CreateJobOptions {
  readonly now?: () => Date;
  /** Makes the id from time and name; a taken id is asked for again. */
  readonly makeId?: (now: Date, name: string) => string;
}

/** Makes the folder of a job that nobody runs yet; its state is `created`, its attempt 0. */
export async function createJob(root: string, file: JobFile, options: CreateJobOptions = {}): Promise<{ id: string; folder: string }> {
  const now = options.now ?? (() => new Date());
  await makePreclinicalFolder(root);
  await mkdir(runsFolder(root), { recursive: true, mode: privateFolderMode });
  const { id, folder } = await claimFolder(root, () => (options.makeId ?? makeJobId)(now(), file.name));
  await mkdir(jobPath(folder, 'requests'), { mode: privateFolderMode });
  await writeFile(jobPath(folder, 'events'), '', { mode: privateFileMode });
  await writeFile(jobPath(folder, 'heartbeat'), '', { mode: privateFileMode });
  await writeFile(jobPath(folder, 'log'), '', { mode: privateFileMode });
  await writeJobFile(folder, file);
  writeStatus(folder, { schema: 1, state: 'created', attempt: 0, ...thisHost(), pid: 0, token: '', at: now().toISOString() });
  await syncFolder(runsFolder(root));
  return { id, folder };
}

async function claimFolder(root: string, makeId: () => string): Promise<{ id: string; folder: string }> {
  for (;;) {
    const id = makeId();
    const folder = path.join(runsFolder(root), id);
    try {
      await mkdir(folder, { mode: privateFolderMode });
      return { id, folder };
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}
