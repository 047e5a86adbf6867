// What the supervisor thread and the job's main thread tell each other.
import type { MessagePort } from 'node:worker_threads';
import type { JobRequest } from '../../protocol/requests';

/** Given to the supervisor when it starts. */
export interface SupervisorData {
  readonly folder: string;
  readonly attempt: number;
  /** Id of the lock this process holds. */
  readonly lockId: string;
  readonly heartbeatMs: number;
  readonly pollMs: number;
  /** How long the main thread has after a second stop before the process is ended from here. */
  readonly graceMs: number;
  readonly port: MessagePort;
  /** One counter shared by both threads: stops that the job refused. */
  readonly refusedStops: SharedArrayBuffer;
}

/** Supervisor to main thread, whenever a request to this attempt appears. */
export type SupervisorMessage = JobRequest;
