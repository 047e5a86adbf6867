// status.json of a job folder: who runs it and how far it got. Replaced atomically, on transitions only.

export const jobKinds = ['mix', 'train', 'evaluate', 'prompt', 'study', 'serve', 'import'] as const;
export type JobKind = (typeof jobKinds)[number];

export const jobStates = ['created', 'queued', 'running', 'paused', 'stopped', 'done', 'failed'] as const;
export type JobState = (typeof jobStates)[number];

export interface JobStatus {
  readonly schema: 1;
  readonly state: JobState;
  /** Why it is in this state, in words a user reads; the first problem of a failure. */
  readonly reason?: string;
  /** What the user should do next, where a failure says so. */
  readonly next?: string;
  /** Counts from 1; raised by each launch. */
  readonly attempt: number;
  readonly host: string;
  /** Identifies one boot of the host, so that a pid of an earlier boot is never believed. */
  readonly bootId: string;
  readonly pid: number;
  /** When the process started as its kernel counts (Linux: clock ticks since boot), so that a pid used again is not believed. */
  readonly processStart?: string;
  /** Random secret of the attempt, also in the process's environment: a kill needs it to match. */
  readonly token: string;
  /** Id at a scheduler such as Slurm. */
  readonly jobId?: string;
  /** ISO-8601 UTC of this transition. */
  readonly at: string;
  readonly exitCode?: number;
}

export const terminalStates: readonly JobState[] = ['stopped', 'done', 'failed'];
