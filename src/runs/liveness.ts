// Whether a job that says it runs does run. Another host's clock is never believed: a heartbeat counts only when this
// reader saw its time stamp change, by this reader's own monotonic clock.
import { open } from 'node:fs/promises';
import type { JobStatus } from '../protocol/status';
import { errorCode } from './files/retry';
import { jobPath } from './layout';
import { type Here, isSameBoot, isSameProcess, thisHost } from './this-host';

/** How often the supervisor touches the heartbeat. */
export const heartbeatMs = 5_000;
/** A heartbeat that stood still this long, while watched, is dead: six beats, since network disks are late. */
export const deadAfterMs = 6 * heartbeatMs;
/** Longest time between two looks that counts as watching: a reader that slept (or its laptop did) saw nothing. */
const longestLookMs = 2 * heartbeatMs;

/** `unknown`: nothing speaks against it, but it was not yet seen to move. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** What a reader knows of a process that says it runs. */
export interface LivenessFacts {
  readonly sameHost: boolean;
  readonly sameBoot: boolean;
  /** Whether the pid exists and still is the process that wrote it; only asked on the same host. */
  readonly processExists: boolean;
  /** How long this reader has watched without seeing the heartbeat advance. */
  readonly stillMs: number;
  /** Whether this reader has ever seen it advance. */
  readonly advanced: boolean;
}

export function decideLiveness(facts: LivenessFacts): Liveness {
  if (facts.sameHost && (!facts.sameBoot || !facts.processExists)) return 'dead';
  if (facts.stillMs >= deadAfterMs) return 'dead';
  return facts.advanced ? 'alive' : 'unknown';
}

interface Watched { beat: string; lookedAtMs: number; stillMs: number; advanced: boolean }

/** Remembers the heartbeats a reader has seen. One for each reader, kept as long as it reads. */
export class HeartbeatWatch {
  readonly #watched = new Map<string, Watched>();

  /** @param nowMs a monotonic clock. */
  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** @param key job and attempt; @param beat whatever changes with each beat. */
  look(key: string, beat: string): { readonly stillMs: number; readonly advanced: boolean } {
    const lookedAtMs = this.nowMs();
    const before = this.#watched.get(key);
    const now: Watched = before === undefined
      ? { beat, lookedAtMs, stillMs: 0, advanced: false }
      : before.beat === beat
        ? { beat, lookedAtMs, stillMs: before.stillMs + Math.min(lookedAtMs - before.lookedAtMs, longestLookMs), advanced: before.advanced }
        : { beat, lookedAtMs, stillMs: 0, advanced: true };
    this.#watched.set(key, now);
    return now;
  }

  forget(key: string): void {
    this.#watched.delete(key);
  }
}

/** Shared by all calls of this process, so that whoever polls a job also judges its heartbeat. */
export const processWatch = new HeartbeatWatch();

/** Looks once; a caller that looks repeatedly over deadAfterMs gets a verdict other than `unknown`. */
export async function observeLiveness(
  folder: string, status: Pick<JobStatus, 'host' | 'bootId' | 'pid' | 'processStart' | 'token'>,
  watch: HeartbeatWatch = processWatch, here: Here = thisHost(),
): Promise<Liveness> {
  const key = `${folder}\n${status.token}`;
  const sameHost = status.host === here.host;
  const seen = watch.look(key, await readHeartbeat(folder));
  const verdict = decideLiveness({
    sameHost,
    sameBoot: isSameBoot(status.bootId, here.bootId),
    processExists: !sameHost || isSameProcess(status.pid, status.processStart),
    ...seen,
  });
  if (sameHost && verdict === 'dead') watch.forget(key);
  return verdict;
}

/** Opened before it is looked at: network file systems fetch fresh attributes on open, not on stat. */
async function readHeartbeat(folder: string): Promise<string> {
  try {
    const handle = await open(jobPath(folder, 'heartbeat'), 'r');
    try {
      return String((await handle.stat({ bigint: true })).mtimeNs);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'none';
    throw error;
  }
}
