// For jobs that wait: an AbortSignal that fires when the job is asked to stop or pause, or must end at once.
import { Stopped } from '../../base/errors/problem';
import type { JobContext } from '../../runs/job-context';

/** How often requests are looked at. */
const pollEveryMs = 250;

export interface JobSignal {
  readonly signal: AbortSignal;
  /** Answers the request that fired the signal; the error to end the job with. */
  stopped(detail: string): Stopped;
  dispose(): void;
}

/** @param onCheckpoint what a request for a checkpoint is answered: jobs of this kind keep everything as it comes. */
export function openJobSignal(context: JobContext, onCheckpoint: string): JobSignal {
  const controller = new AbortController();
  let request: ReturnType<JobContext['pendingRequest']>;
  const onAbort = (): void => { controller.abort(); };
  if (context.signal.aborted) controller.abort();
  context.signal.addEventListener('abort', onAbort, { once: true });
  const timer = setInterval(() => {
    const pending = context.pendingRequest();
    if (pending === undefined || controller.signal.aborted) return;
    if (pending.kind === 'checkpoint') {
      context.answerRequest(pending.id, 'done', onCheckpoint);
      return;
    }
    request = pending;
    controller.abort();
  }, pollEveryMs);
  return {
    signal: controller.signal,
    stopped(detail) {
      if (request) context.answerRequest(request.id, 'done', detail);
      return new Stopped(request?.kind === 'pause' ? 'pause' : 'stop');
    },
    dispose() {
      clearInterval(timer);
      context.signal.removeEventListener('abort', onAbort);
    },
  };
}
