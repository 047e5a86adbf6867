// What a job's body sees of its folder while it runs. Implemented by the job runner; a fake is never needed in tests.
import type { EventBody } from '../protocol/events';
import type { RequestKind } from '../protocol/requests';

export interface JobContext {
  readonly id: string;
  /** Absolute path of the job folder. */
  readonly folder: string;
  /** Absolute path of the workspace root. */
  readonly root: string;
  readonly attempt: number;
  /** Aborted when the process must end at once (a second stop). */
  readonly signal: AbortSignal;
  /** Appends one event. Synchronous, so that order is the order of calls. */
  emit(event: EventBody): void;
  /**
   * The oldest request not yet answered; a signal counts as `stop`. Looked at between micro-batches or items. Requests
   * are seen even by a loop that never awaits; the handlers of signals run only when the event loop turns (setImmediate).
   */
  pendingRequest(): { readonly id: string; readonly kind: RequestKind } | undefined;
  answerRequest(id: string, answer: 'done' | 'refused', detail?: string): void;
  /** Says in status.json what the running job waits for or does, and the scheduler's id of it. */
  describe(reason: string, schedulerJob: string): void;
  /** Flushes events to disk; called with every checkpoint. */
  sync(): Promise<void>;
  /** Adds to provenance.json what only the job knows: backend, device, seeds, inputs, parents, mix hash. */
  recordProvenance(facts: JobFacts): void;
}

export interface JobFacts {
  readonly backend?: string;
  /** Why that backend, half a sentence. */
  readonly backendReason?: string;
  readonly device?: string;
  readonly threads?: number;
  readonly seeds?: Readonly<Record<string, number>>;
  readonly inputs?: readonly { readonly path: string; readonly sha256: string; readonly bytes: number }[];
  readonly parents?: readonly { readonly job: string; readonly checkpoint?: string }[];
  readonly mixHash?: string;
}

/** The body of one kind of job. Returning is done; throwing Stopped is stopped or paused; anything else is failed. */
export type JobBody<File> = (context: JobContext, file: File) => Promise<void>;
