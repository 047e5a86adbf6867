// How a job ended, from what its body threw.
import { type Problem, Stopped, UserError } from '../../base/errors/problem';
import type { FinishedEvent } from '../../protocol/events';
import { diskFullError } from '../files/disk-error';

export interface Outcome {
  readonly state: FinishedEvent['state'];
  readonly exitCode: 0 | 1 | 2 | 3;
  readonly reason?: string;
  /** What the user should do next. */
  readonly next?: string;
  /** For log.txt: every problem of a user error, the stack of a bug. */
  readonly log?: string;
}

export const doneOutcome: Outcome = { state: 'done', exitCode: 0 };

export function outcomeOf(error: unknown): Outcome {
  if (error instanceof Stopped) return { state: error.reason === 'pause' ? 'paused' : 'stopped', exitCode: 3, reason: error.message };
  const userError = error instanceof UserError ? error : diskFullError(error);
  if (userError) {
    const [{ message, next }] = userError.problems as [Problem];
    return { state: 'failed', exitCode: 2, reason: message, ...(next === undefined ? {} : { next }), log: userError.message };
  }
  const reason = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack ?? reason : reason;
  return { state: 'failed', exitCode: 1, reason, log: `${stack}\nThis is a bug in Preclinical. Please report it with the lines above.` };
}
