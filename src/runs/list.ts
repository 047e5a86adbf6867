// All jobs of a workspace, for lists of thousands: two small reads a job, many at once.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './files/retry';
import { isJobId } from './id';
import { type JobHeader, readJobHeader } from './job-file';
import { runsFolder } from './layout';
import type { HeartbeatWatch } from './liveness';
import { type JobReading, readState } from './state';
import { readStatus } from './status';

export interface JobSummary extends JobHeader, JobReading {
  readonly id: string;
  /** Absolute path. */
  readonly folder: string;
}

const readsAtOnce = 64;

/** Oldest first. A folder still being made, or one that is no job, is left out. */
export async function listJobs(root: string, watch?: HeartbeatWatch): Promise<JobSummary[]> {
  const ids = (await names(runsFolder(root))).filter(isJobId).sort();
  const found: (JobSummary | undefined)[] = [];
  for (let start = 0; start < ids.length; start += readsAtOnce) {
    found.push(...await Promise.all(ids.slice(start, start + readsAtOnce).map((id) => summarise(path.join(runsFolder(root), id), id, watch))));
  }
  return found.filter((job) => job !== undefined);
}

async function summarise(folder: string, id: string, watch?: HeartbeatWatch): Promise<JobSummary | undefined> {
  const [status, header] = await Promise.all([readStatus(folder), readJobHeader(folder)]);
  if (!status || !header) return undefined;
  return { id, folder, ...header, ...await readState(folder, status, watch) };
}

async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
