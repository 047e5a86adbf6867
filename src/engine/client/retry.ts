// Trying again on what passes by itself (429, 5xx, a broken connection): exponential, bounded, obeying Retry-After.
import { setTimeout as sleep } from 'node:timers/promises';
import { Stopped } from '../../base/errors/problem';

/** Time as the client sees it, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects when aborted. */
  wait(durationMs: number, signal: AbortSignal | undefined): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (durationMs, signal) => sleep(durationMs, undefined, signal ? { signal } : {}),
};

export interface RetryPolicy {
  /** Tries after the first. */
  readonly retries: number;
  /** Wait before the first retry; doubles each time. */
  readonly firstDelayMs: number;
  /** Longest wait, also for Retry-After: a server that asks for more is not waited for. */
  readonly longestDelayMs: number;
}

export const defaultRetryPolicy: Omit<RetryPolicy, 'retries'> = { firstDelayMs: 500, longestDelayMs: 60_000 };

/** A failed try: whether another may help, how long the server asked to wait, and the error to give up with. */
export class TryFailed extends Error {
  constructor(readonly giveUp: Error, readonly retryable: boolean, readonly retryAfterMs?: number) {
    super(giveUp.message);
  }
}

/** Runs `attempt` until it succeeds, fails for good, or the tries are used up. Abort ends in Stopped. */
export async function withRetries<T>(attempt: () => Promise<T>, policy: RetryPolicy, clock: Clock, signal: AbortSignal | undefined): Promise<T> {
  for (let retry = 0; ; retry++) {
    if (signal?.aborted) throw new Stopped();
    try {
      return await attempt();
    } catch (error) {
      if (signal?.aborted) throw new Stopped();
      if (!(error instanceof TryFailed)) throw error;
      const delayMs = error.retryAfterMs ?? Math.min(policy.firstDelayMs * 2 ** retry, policy.longestDelayMs);
      if (!error.retryable || retry >= policy.retries || delayMs > policy.longestDelayMs) throw error.giveUp;
      await clock.wait(delayMs, signal).catch((reason: unknown) => {
        throw signal?.aborted ? new Stopped() : reason;
      });
    }
  }
}

/** Retry-After as seconds or as an HTTP date (RFC 9110, 10.2.3); undefined when absent or neither. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : undefined;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
