// The events of a job as they come: what is there, then what is added. Polls, because file watchers miss changes on
// network disks and in containers; a watcher only makes the next look come sooner.
import { watch } from 'node:fs';
import type { JobEvent } from '../protocol/events';
import { parseEvent } from './events/parse';
import { LineTail } from './events/tail';
import { jobPath } from './layout';
import { readJobState } from './state';

const pollMs = 300;

export interface FollowOptions {
  /** Ends the following, after a last look at what is there. */
  readonly signal?: AbortSignal;
  /** Also ends it when the job has ended: done, failed, stopped, paused or lost. */
  readonly untilEnded?: boolean;
}

/**
 * Every event from the first, superseded metrics included: a follower drops those past `fromStep` when it sees
 * `resumed`. Events that a repair after a power cut wrote again under an earlier `seq` come again.
 */
export async function* followEvents(folder: string, options: FollowOptions = {}): AsyncGenerator<JobEvent, void> {
  const tail = new LineTail(jobPath(folder, 'events'));
  const hint = watchFolder(folder);
  try {
    for (;;) {
      const last = options.signal?.aborted === true || (options.untilEnded === true && await hasEnded(folder));
      for (const line of await tail.read()) {
        const event = parseEvent(line);
        if (event) yield event;
      }
      if (last) return;
      await hint.next(pollMs, options.signal);
    }
  } finally {
    hint.close();
  }
}

async function hasEnded(folder: string): Promise<boolean> {
  const { alive, state } = await readJobState(folder);
  return !alive && state !== 'created' && state !== 'queued';
}

interface Hint { next(waitMs: number, signal?: AbortSignal): Promise<void>; close(): void }

function watchFolder(folder: string): Hint {
  let wake: (() => void) | undefined;
  const changed = (): void => { wake?.(); };
  const watcher = startWatcher(folder, changed);
  return {
    next: (waitMs, signal) => new Promise((resolve) => {
      const timer = setTimeout(changed, waitMs);
      signal?.addEventListener('abort', changed);
      wake = () => {
        wake = undefined;
        clearTimeout(timer);
        signal?.removeEventListener('abort', changed);
        resolve();
      };
      if (signal?.aborted) changed();
    }),
    close: () => { watcher?.close(); },
  };
}

/** Undefined where the system gives no watcher, such as when their number is used up. */
function startWatcher(folder: string, changed: () => void): { close(): void } | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, changed);
    watcher.on('error', () => { watcher.close(); });
    return watcher;
  } catch {
    return undefined;
  }
}
