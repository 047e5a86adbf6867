// What state a job is in, as a reader may believe it: status.json held against whether the process lives.
import { userError } from '../base/errors/problem';
import type { JobState, JobStatus } from '../protocol/status';
import { type HeartbeatWatch, type Liveness, observeLiveness } from './liveness';
import { readStatus } from './status';

export interface JobReading {
  /** `lost`: status.json says running, but its process is gone without a word. */
  readonly state: JobState | 'lost';
  /** A process works on it, as far as this reader can tell. */
  readonly alive: boolean;
  readonly liveness: Liveness;
  readonly reason?: string;
  /** What the user should do next. */
  readonly next?: string;
  readonly attempt: number;
  /** ISO-8601 UTC of the last transition. */
  readonly at: string;
  readonly host: string;
  readonly pid: number;
  readonly exitCode?: number;
}

export const lostReason = 'Its process ended without a word: killed, out of memory, or the machine went down. What was checkpointed is kept; resume it.';

function lostAtScheduler(job: string): string {
  return `The process that watched job ${job} ended without a word. The scheduler's job goes on without it; resume the run to find it again.`;
}

/** Throws a user error when the folder is no job. */
export async function readJobState(folder: string, watch?: HeartbeatWatch): Promise<JobReading> {
  const status = await readStatus(folder);
  if (!status) {
    throw userError({
      code: 'job-status-missing', file: folder, message: 'this folder has no status.json that can be read, so it is no job',
      next: 'Name a folder under .preclinical/runs; `preclinical runs` lists them.',
    });
  }
  return readState(folder, status, watch);
}

/** As readJobState for a status that was just read. */
export async function readState(folder: string, status: JobStatus, watch?: HeartbeatWatch): Promise<JobReading> {
  if (status.state !== 'running') return reading(status, 'dead');
  const liveness = await observeLiveness(folder, status, watch);
  if (liveness !== 'dead') return reading(status, liveness);
  // A process that said its last word and ended between our two looks is not lost.
  const again = await readStatus(folder);
  return again === undefined || (again.token === status.token && again.state === status.state) ? reading(status, 'dead') : readState(folder, again, watch);
}

export async function jobLiveness(folder: string, watch?: HeartbeatWatch): Promise<Liveness> {
  return (await readJobState(folder, watch)).liveness;
}

function reading(status: JobStatus, liveness: Liveness): JobReading {
  const { attempt, at, host, pid, exitCode } = status;
  const alive = liveness !== 'dead';
  const lost = status.state === 'running' && !alive;
  const reason = !lost ? status.reason : status.jobId === undefined ? lostReason : lostAtScheduler(status.jobId);
  return {
    state: lost ? 'lost' : status.state, alive, liveness,
    ...(reason === undefined ? {} : { reason }),
    ...(status.next === undefined ? {} : { next: status.next }),
    attempt, at, host, pid,
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}
