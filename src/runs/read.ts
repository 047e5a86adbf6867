// All there is to say about one job in one call.
import path from 'node:path';
import type { JobFile } from '../protocol/job-file';
import type { JobLabels } from '../protocol/labels';
import { readJobFile } from './job-file';
import { readLabels } from './labels';
import type { HeartbeatWatch } from './liveness';
import { type JobReading, readJobState } from './state';

export interface JobView extends JobReading {
  readonly id: string;
  readonly folder: string;
  readonly file: JobFile;
  readonly labels: JobLabels;
}

/** Throws a user error when the folder is no job. */
export async function readJob(folder: string, watch?: HeartbeatWatch): Promise<JobView> {
  const [file, labels, state] = await Promise.all([readJobFile(folder), readLabels(folder), readJobState(folder, watch)]);
  return { id: path.basename(folder), folder: path.resolve(folder), file, labels, ...state };
}
