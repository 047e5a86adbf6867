// Runs the steps of a study: each a job of its own in its own process, independent ones side by side; of the trainings
// the longest chain first. What is already done is found by its content and not done again.
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Stopped, UserError, userError } from '../../base/errors/problem';
import { chainLengths, stepNeeds } from '../../documents/study/graph';
import type { Study } from '../../documents/study/schema';
import type { StudyJobFile } from '../../protocol/job-file';
import type { JobBody, JobContext } from '../../runs/job-context';
import { requestJob } from '../../runs/requests';
import type { OnProgress } from '../hub';
import { JobStarter, waitForEnd, type ChildEnd } from './study/child-job';
import { prepareStepJobs } from './study/step-job';
import { shareCores } from './study/threads';

const pollMs = 200;

export const studyJob: JobBody<StudyJobFile> = async (context, file) => {
  const { study, folder } = file.resolved;
  shareCores(study.parallel);
  const jobs = new Map<string, string>();
  const failed = new Map<string, string>();
  const running = new Map<string, { readonly finished: Promise<void>; folder: string | undefined }>();
  const aborted = new AbortController();
  const starter = new JobStarter(context.root);
  const priority = chainLengths(study, (name) => (isTraining(study, name) ? 1 : 0.1));
  const asked = new Set<string>();
  let stopping: 'stop' | 'pause' | undefined;

  const runStep = async (name: string): Promise<void> => {
    const slot = running.get(name)!;
    try {
      const end = await runStepJobs(context, starter, study, folder, name, jobs, (jobFolder) => {
        slot.folder = jobFolder;
        context.emit({ type: 'studyStep', step: name, state: 'running', job: path.basename(jobFolder) });
      }, aborted.signal);
      if (end.state === 'done') jobs.set(name, slot.folder!);
      else if (end.state === 'failed' || stopping === undefined) failed.set(name, end.reason);
      context.emit({
        type: 'studyStep', step: name, state: end.state, job: path.basename(slot.folder!),
        ...(end.state === 'done' ? {} : { reason: end.reason }),
      });
    } catch (error) {
      if (aborted.signal.aborted) return;
      if (!(error instanceof UserError)) throw error;
      failed.set(name, error.message);
      context.emit({ type: 'studyStep', step: name, state: 'failed', reason: error.message });
    } finally {
      running.delete(name);
    }
  };

  context.emit({ type: 'started', totalSteps: Object.keys(study.steps).length });
  context.signal.addEventListener('abort', () => { aborted.abort(); });
  for (;;) {
    stopping ??= await takeRequest(context, running);
    if (stopping) await askToStop(running, asked);
    const ready = stopping ? [] : readySteps(study, jobs, failed, running, priority);
    for (const name of ready.slice(0, study.parallel - running.size)) {
      const slot = { finished: Promise.resolve(), folder: undefined as string | undefined };
      running.set(name, slot);
      running.set(name, Object.assign(slot, { finished: runStep(name) }));
    }
    if (running.size === 0) break;
    await Promise.race([...[...running.values()].map((slot) => slot.finished), delay(pollMs)]);
  }
  if (stopping) throw new Stopped(stopping);
  finish(context, study, jobs, failed);
};

/** Training is what takes long; the rest takes seconds and goes first, so that results are there to look at early. */
function isTraining(study: Study, name: string): boolean {
  return 'run' in study.steps[name]!;
}

function readySteps(
  study: Study, done: ReadonlyMap<string, string>, failed: ReadonlyMap<string, string>,
  running: ReadonlyMap<string, unknown>, priority: ReadonlyMap<string, number>,
): string[] {
  return Object.entries(study.steps)
    .filter(([name, step]) => !done.has(name) && !failed.has(name) && !running.has(name) && stepNeeds(step).every((need) => done.has(need)))
    .map(([name]) => name)
    .sort((a, b) => Number(isTraining(study, a)) - Number(isTraining(study, b)) || priority.get(b)! - priority.get(a)!);
}

/** The jobs of one step, one after the other; the last one is the step's. */
async function runStepJobs(
  context: JobContext, starter: JobStarter, study: Study, folder: string, name: string, jobs: ReadonlyMap<string, string>,
  onStart: (jobFolder: string) => void, signal: AbortSignal,
): Promise<ChildEnd> {
  let end: ChildEnd = { state: 'done' };
  for (const file of await prepareStepJobs(context.root, folder, study, name, jobs, tellDownload(context))) {
    const child = await starter.start(file);
    onStart(child.folder);
    end = child.done ? { state: 'done' } : await waitForEnd(child.folder, signal);
    if (end.state !== 'done') return end;
  }
  return end;
}

/** Of each file a word at every twentieth. */
function tellDownload(context: JobContext): OnProgress {
  const told = new Map<string, number>();
  return (file, done, total) => {
    const part = total === 0 ? 20 : Math.floor((20 * done) / total);
    if (told.get(file) === part) return;
    told.set(file, part);
    context.emit({ type: 'progress', label: `downloading ${file}`, done, total });
  };
}

type RunningSteps = ReadonlyMap<string, { folder: string | undefined }>;

/** The oldest request to the study: a checkpoint is passed on to every running job, a stop or pause is returned. */
async function takeRequest(context: JobContext, running: RunningSteps): Promise<'stop' | 'pause' | undefined> {
  const request = context.pendingRequest();
  if (!request) return undefined;
  if (request.kind === 'checkpoint') {
    for (const { folder } of running.values()) if (folder !== undefined) await requestJob(folder, 'checkpoint');
  }
  context.answerRequest(request.id, 'done');
  return request.kind === 'checkpoint' ? undefined : request.kind;
}

/** A stop or pause of the study stops its running jobs, also one that was still starting when the request came. */
async function askToStop(running: RunningSteps, asked: Set<string>): Promise<void> {
  for (const { folder } of running.values()) {
    if (folder === undefined || asked.has(folder)) continue;
    if (await requestJob(folder, 'stop') !== undefined) asked.add(folder);
  }
}

function finish(context: JobContext, study: Study, jobs: ReadonlyMap<string, string>, failed: ReadonlyMap<string, string>): void {
  const skipped = Object.keys(study.steps).filter((name) => !jobs.has(name) && !failed.has(name));
  for (const step of skipped) context.emit({ type: 'studyStep', step, state: 'skipped', reason: 'a step it needs did not finish' });
  const [first] = failed;
  if (first === undefined) return;
  throw userError({
    code: 'study-step-failed', key: `steps.${first[0]}`, message: first[1],
    next: `${jobs.size} of ${Object.keys(study.steps).length} steps are done and kept; mend this and start the study again.`,
  });
}
