// A job the study started or found at work: wait for its end, pass requests on.
import { setTimeout as delay } from 'node:timers/promises';
import { createJob } from '../../../runs/create';
import { launchJob } from '../../../runs/launch';
import { readJobState, type JobReading } from '../../../runs/state';
import type { JobFile } from '../../../protocol/job-file';
import { findSameJob } from './same-job';

const pollMs = 200;
/** A process that vanished without a word (kill -9, out of memory) is started again this often before the step fails. */
const relaunches = 1;

export type ChildEnd = { readonly state: 'done' } | { readonly state: 'failed' | 'stopped'; readonly reason: string };

/** Starts jobs one after the other, so that two steps that need the same mix find the same job instead of making two. */
export class JobStarter {
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly root: string) {}

  start(file: JobFile): Promise<{ folder: string; done: boolean }> {
    const started = this.#turn.then(() => startOrAttach(this.root, file));
    this.#turn = started.catch(() => undefined);
    return started;
  }
}

/** The folder of the job that does this file's work, launched unless it is done or alive. */
async function startOrAttach(root: string, file: JobFile): Promise<{ folder: string; done: boolean }> {
  const same = await findSameJob(root, file);
  if (same?.done) return same;
  const folder = same?.folder ?? (await createJob(root, file)).folder;
  const reading = await readJobState(folder);
  if (!reading.alive) await launchJob(folder);
  return { folder, done: false };
}

/**
 * Waits until the job ends. A paused job is waited for. A stopped one is `stopped` when this study was asked to stop,
 * which `stopping` tells; when only the job was stopped, its step ends as stopped too and the study goes on without it.
 */
export async function waitForEnd(folder: string, signal: AbortSignal): Promise<ChildEnd> {
  let launched = 0;
  for (;;) {
    const reading = await readJobState(folder);
    const end = ended(reading);
    if (end) return end;
    if (reading.state === 'lost') {
      if (launched >= relaunches) return { state: 'failed', reason: 'its process vanished twice; its log.txt may say why' };
      launched += 1;
      await launchJob(folder);
    }
    await delay(pollMs, undefined, { signal });
  }
}

function ended(reading: JobReading): ChildEnd | undefined {
  if (reading.state === 'done') return { state: 'done' };
  if (reading.alive) return undefined;
  if (reading.state === 'failed' || reading.state === 'stopped') return { state: reading.state, reason: reading.reason ?? reading.state };
  return undefined;
}
