// The supervisor thread of a job: touches the heartbeat and looks for requests, both of which must go on while tensor
// operations block the main thread. It writes nothing else; events and status belong to the main thread.
import { closeSync, openSync, statSync, utimesSync, writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { JobRequest } from '../../protocol/requests';
import { privateFileMode } from '../files/atomic';
import { errorCode } from '../files/retry';
import { jobPath } from '../layout';
import { readLock } from '../lock/file';
import { readRequest, requestIds } from '../requests';
import type { SupervisorData, SupervisorMessage } from './messages';

const { folder, attempt, lockId, heartbeatMs, pollMs, graceMs, port, refusedStops } = workerData as SupervisorData;
const heartbeat = jobPath(folder, 'heartbeat');
const seen = new Set<string>();
const refused = new Int32Array(refusedStops);
let stops = 0;
let missingBeats = 0;

function beat(): void {
  endWhenRemoved();
  const holder = readLock(jobPath(folder, 'lock'));
  if (holder !== undefined && holder.id !== lockId) {
    endProcess(`Process ${holder.pid} on ${holder.host} took this job over while this one was suspended. Ending without writing.`);
  }
  const now = new Date();
  try {
    utimesSync(heartbeat, now, now);
  } catch {
    closeSync(openSync(heartbeat, 'a', privateFileMode));
  }
}

/** A job whose folder was deleted would compute on unseen. Two looks, since a network disk may lose its names for a moment. */
function endWhenRemoved(): void {
  try {
    statSync(folder);
    missingBeats = 0;
  } catch (error) {
    missingBeats += errorCode(error) === 'ENOENT' ? 1 : 0;
  }
  if (missingBeats >= 2) endProcess('The job folder was removed.');
}

function lookForRequests(): void {
  for (const id of requestIds(folder)) {
    if (seen.has(id)) continue;
    seen.add(id);
    const request = readRequest(folder, id);
    if (request?.attempt === attempt) deliver(request);
  }
}

function deliver(request: JobRequest): void {
  port.postMessage(request satisfies SupervisorMessage);
  if (request.kind !== 'stop') return;
  stops += 1;
  if (stops - Atomics.load(refused, 0) < 2) return;
  setTimeout(() => { endProcess('A second stop came and the job did not look: ended at once.'); }, graceMs);
}

/** The main thread may be blocked for long, so the whole process is ended from outside JavaScript. */
function endProcess(why: string): void {
  try {
    writeSync(2, `${why}\n`);
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}

/** A disk that fails for a moment must not end the supervision; the next turn tries again. */
function every(intervalMs: number, action: () => void): void {
  const attemptAction = (): void => {
    try {
      action();
    } catch {
      // Tried again at the next turn; a heartbeat that stays away is what readers see.
    }
  };
  attemptAction();
  setInterval(attemptAction, intervalMs);
}

every(heartbeatMs, beat);
every(pollMs, lookForRequests);
