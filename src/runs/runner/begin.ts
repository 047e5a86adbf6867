// From a job folder nobody works on to a running attempt: lock, repair, stale requests, status.
import { randomBytes } from 'node:crypto';
import { utimesSync, writeFileSync } from 'node:fs';
import { userError } from '../../base/errors/problem';
import type { JobFile } from '../../protocol/job-file';
import type { JobStatus } from '../../protocol/status';
import { EventLog } from '../events/log';
import { privateFileMode, removeTemporaries } from '../files/atomic';
import { readJobFile } from '../job-file';
import { tokenVariable } from '../environment';
import { jobFiles, jobPath } from '../layout';
import { acquireLock, type Lock } from '../lock/acquire';
import { isHolderDead } from '../lock/holder';
import { ProvenanceRecord } from '../provenance/record';
import { readStatusSync, writeStatus } from '../status';
import { findProcess, thisHost } from '../this-host';
import { answerStaleRequests } from './stale';

export interface Attempt {
  readonly folder: string;
  readonly file: JobFile;
  readonly lock: Lock;
  readonly log: EventLog;
  /** status.json as written at the start; the end is written from it. */
  readonly status: JobStatus;
  readonly provenance: ProvenanceRecord;
}

/** Throws a user error when the folder is no job, the job is done, or another process works on it. Then nothing is changed. */
export async function beginAttempt(folder: string): Promise<Attempt> {
  const file = await readJobFile(folder);
  const token = takeToken();
  const start = findProcess(process.pid)?.start;
  const self = { ...thisHost(), pid: process.pid, ...(start === undefined ? {} : { processStart: start }), token };
  const lock = await acquireLock(folder, { ...self, at: new Date().toISOString() }, (holder) => isHolderDead(folder, holder));
  try {
    const before = readStatusSync(folder);
    if (before?.state === 'done') throw userError({ code: 'job-done', file: folder, message: 'this job is done; there is nothing to go on with', next: 'Start a new one.' });
    await removeLeavings(folder);
    const log = EventLog.open(folder);
    const attempt = Math.max(before?.attempt ?? 0, log.lastAttempt) + 1;
    log.begin(attempt);
    sayRepairs(log, lock);
    await answerStaleRequests(folder, log);
    const provenance = await ProvenanceRecord.open(folder);
    touchHeartbeat(folder);
    const status: JobStatus = {
      schema: 1, state: 'running', attempt, ...self,
      ...(before?.jobId === undefined ? {} : { jobId: before.jobId }),
      at: new Date().toISOString(),
    };
    writeStatus(folder, status);
    return { folder, file, lock, log, status, provenance };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Taken out of the environment, so that no child of the job carries it. */
function takeToken(): string {
  const token = process.env[tokenVariable] ?? randomBytes(16).toString('hex');
  Reflect.deleteProperty(process.env, tokenVariable);
  return token;
}

async function removeLeavings(folder: string): Promise<void> {
  await removeTemporaries(folder, [jobFiles.labels]);
  await removeTemporaries(jobPath(folder, 'checkpoints'));
  await removeTemporaries(jobPath(folder, 'results'));
}

function sayRepairs(log: EventLog, lock: Lock): void {
  if (lock.takenFrom) {
    const { pid, host, at } = lock.takenFrom;
    log.append({ type: 'notice', level: 'info', message: `Took the job over from process ${pid} on ${host || 'an unknown host'}, which began ${at || 'at an unknown time'} and is gone.` });
  }
  if (log.tornBytes > 0) {
    log.append({ type: 'notice', level: 'warning', message: `Cut ${log.tornBytes} bytes off the end of events.jsonl: the earlier attempt was interrupted in the middle of a line.` });
  }
}

/** Before the supervisor runs, so that a reader who finds the job running finds a heartbeat too. */
function touchHeartbeat(folder: string): void {
  const file = jobPath(folder, 'heartbeat');
  writeFileSync(file, '', { flag: 'a', mode: privateFileMode });
  const now = new Date();
  utimesSync(file, now, now);
}
