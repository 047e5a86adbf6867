// Ends a job's process at once, for one that no longer listens. Only the very process that status.json names: same
// host, same boot, and the attempt's secret in that process's environment.
import { readFileSync } from 'node:fs';
import { userError } from '../base/errors/problem';
import type { JobStatus } from '../protocol/status';
import { tokenVariable } from './environment';
import { jobPath } from './layout';
import { readLock } from './lock/file';
import { readJobState } from './state';
import { readStatus } from './status';
import { isSameBoot, isSameProcess, thisHost } from './this-host';

/** Sends SIGKILL; the job then reads as lost and can be resumed. Throws a user error when it may not be killed from here. */
export async function killJob(folder: string): Promise<void> {
  const status = await readStatus(folder);
  const refusal = status === undefined ? 'this folder has no status' : await refuse(folder, status);
  if (status === undefined || refusal !== undefined) {
    throw userError({ code: 'kill-refused', file: folder, message: `not killed: ${refusal ?? 'unknown'}`, next: 'Ask it to stop instead: `preclinical runs stop ID`.' });
  }
  process.kill(status.pid, 'SIGKILL');
}

async function refuse(folder: string, status: JobStatus): Promise<string | undefined> {
  const here = thisHost();
  if (status.state !== 'running') return 'it does not run';
  if (status.host !== here.host) return `it runs on ${status.host}`;
  if (!isSameBoot(status.bootId, here.bootId) || !isSameProcess(status.pid, status.processStart)) return 'its process is gone already';
  return await hasToken(folder, status) ? undefined : `process ${status.pid} does not carry this job's token`;
}

/** Linux shows a process's environment; elsewhere the lock must name the same attempt and the heartbeat not stand still. */
async function hasToken(folder: string, status: JobStatus): Promise<boolean> {
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${status.pid}/environ`, 'utf8').split('\0').includes(`${tokenVariable}=${status.token}`);
    } catch {
      return false;
    }
  }
  return readLock(jobPath(folder, 'lock'))?.token === status.token && (await readJobState(folder)).alive;
}
