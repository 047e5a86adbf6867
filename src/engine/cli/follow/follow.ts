// Follows a job, or a study and the jobs of its steps, until it ends. Ctrl-C asks the job to stop, which keeps
// everything finished; a second Ctrl-C only ends the following.
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes } from '../exit-codes';
import { followEvents } from '../../../runs/follow';
import { requestJob } from '../../../runs/requests';
import { readJobState, type JobReading } from '../../../runs/state';
import { runsFolder } from '../../../runs/layout';
import type { JobEvent } from '../../../protocol/events';
import { describeSignature } from '../../../runs/events/concerned';
import { JobProgress } from '../../../runs/progress';
import { Screen } from './screen';

const refreshMs = 500;

interface Followed { readonly name: string; readonly progress: JobProgress; readonly stop: AbortController }

export async function followJob(root: string, folder: string, options: { json?: boolean; screen?: Screen } = {}): Promise<number> {
  const screen = options.screen ?? new Screen();
  const followed = new Map<string, Followed>();
  const ended = new AbortController();
  const start = (name: string, jobFolder: string): void => {
    followed.get(name)?.stop.abort(); // the step went on to its next job
    const one = { name, progress: new JobProgress(), stop: new AbortController() };
    followed.set(name, one);
    void consume(jobFolder, AbortSignal.any([one.stop.signal, ended.signal]), (event) => { one.progress.apply(event); });
  };
  const own = new JobProgress();
  const { attempt } = await readJobState(folder);
  const main = consume(folder, ended.signal, (event) => {
    if (options.json) process.stdout.write(`${JSON.stringify(event)}\n`);
    own.apply(event);
    if (event.attempt < attempt) return; // was said while that attempt ran
    if (event.type === 'notice' && !options.json) screen.say(`${event.level === 'warning' ? 'Warning: ' : ''}${event.message}`);
    if (event.type === 'signature' && !options.json) screen.say(describeSignature(event));
    if (event.type !== 'studyStep') return;
    if (event.state === 'running' && event.job !== undefined) {
      start(event.step, path.join(runsFolder(root), event.job));
      return;
    }
    followed.get(event.step)?.stop.abort();
    followed.delete(event.step);
    if (!options.json) screen.say(`${event.step}: ${event.state}${event.reason === undefined ? '' : ` (${event.reason})`}`);
  });
  const release = stopOnInterrupt(folder, screen, ended);
  try {
    const reading = await untilEnded(folder, ended.signal, () => {
      if (options.json) return;
      screen.show(followed.size > 0 ? [...followed.values()].map((one) => `${one.name}: ${one.progress.describe()}`) : [own.describe()]);
    });
    ended.abort();
    await main;
    screen.show([]);
    if (!reading) return exitCodes.stopped;
    if (!options.json && reading.reason !== undefined) screen.say(reading.reason);
    return codeOf(reading);
  } finally {
    release();
  }
}

async function consume(folder: string, signal: AbortSignal, take: (event: JobEvent) => void): Promise<void> {
  for await (const event of followEvents(folder, { signal })) take(event);
}

/** Undefined when the following itself was ended. */
async function untilEnded(folder: string, signal: AbortSignal, tick: () => void): Promise<JobReading | undefined> {
  let lostBefore = false;
  for (;;) {
    if (signal.aborted) return undefined;
    const reading = await readJobState(folder);
    if (['done', 'failed', 'stopped'].includes(reading.state) || (reading.state === 'paused' && !reading.alive)) return reading;
    if (reading.state === 'lost') {
      if (lostBefore) return reading;
      lostBefore = true;
    }
    tick();
    await delay(refreshMs);
  }
}

function codeOf(reading: JobReading): number {
  if (reading.state === 'done') return exitCodes.done;
  if (reading.state === 'stopped' || reading.state === 'paused') return exitCodes.stopped;
  return reading.exitCode ?? exitCodes.bug;
}

function stopOnInterrupt(folder: string, screen: Screen, ended: AbortController): () => void {
  let asked = false;
  const onInterrupt = (): void => {
    if (asked) {
      ended.abort();
      return;
    }
    asked = true;
    screen.say('Stopping: what is finished is kept. Start the same command again to go on; Ctrl-C once more to leave it stopping by itself.');
    void requestJob(folder, 'stop');
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  return () => {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  };
}
