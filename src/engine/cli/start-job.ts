// Creates a job or goes on with the one that does the same, and follows it to its end.
import path from 'node:path';
import { launchJob } from '../../runs/launch';
import { createJob } from '../../runs/create';
import { runJobInForeground } from '../../runs/foreground';
import { readJobFile, writeJobFile } from '../../runs/job-file';
import { readJobState } from '../../runs/state';
import type { JobFile } from '../../protocol/job-file';
import { findSameJob } from '../jobs/study/same-job';
import { followJob } from './follow/follow';
import { Screen } from './follow/screen';

export interface StartOptions {
  readonly json?: boolean;
  /** Run in this process: for Slurm and containers. */
  readonly foreground?: boolean;
  /** Start it and come back; the job goes on by itself. Prints its id and folder as JSON with `json`. */
  readonly detach?: boolean;
  /** Start a new job even when one that does the same is finished or can go on. */
  readonly fresh?: boolean;
}

/** How an endpoint is asked (how long is waited, how much at once) is no part of what a job is: going on, the last word counts. */
export async function askAsSaidNow(folder: string, file: JobFile): Promise<void> {
  const { alive } = await readJobState(folder);
  const before = await readJobFile(folder);
  if (file.kind === 'prompt' && file.asking && before.kind === 'prompt' && !alive) await writeJobFile(folder, { ...before, asking: { ...before.asking, ...file.asking } });
}

/** The job's folder and the exit code it ended with. */
export async function startJob(root: string, file: JobFile, options: StartOptions): Promise<{ folder: string; code: number }> {
  const screen = new Screen();
  const say = (line: string): void => { if (!options.json) screen.say(line); };
  const same = options.fresh ? undefined : await findSameJob(root, file);
  if (same?.done) {
    if (options.json && options.detach) process.stdout.write(`${JSON.stringify({ id: path.basename(same.folder), folder: same.folder, done: true })}\n`);
    say(`${file.name}: done before, nothing to do (${same.folder}).`);
    return { folder: same.folder, code: 0 };
  }
  const folder = same?.folder ?? (await createJob(root, file)).folder;
  if (same) await askAsSaidNow(folder, file);
  if (options.foreground) return { folder, code: await runJobInForeground(folder) };
  const reading = await readJobState(folder);
  say(`${file.name}: ${reading.alive ? 'already running, following' : same ? 'going on where it stopped' : 'started'} (${folder}).`);
  if (!reading.alive) await launchJob(folder);
  if (options.detach) {
    if (options.json) process.stdout.write(`${JSON.stringify({ id: path.basename(folder), folder })}\n`);
    return { folder, code: 0 };
  }
  return { folder, code: await followJob(root, folder, { screen, ...(options.json ? { json: true } : {}) }) };
}
