// What the editor knows of one job, and of a study's steps. Pure: no vscode, no files.
import type { JobEvent } from '../../protocol/events';
import type { JobLabels } from '../../protocol/labels';
import type { JobKind } from '../../protocol/status';
import type { ProgressReading } from '../../runs/progress';
import type { JobReading } from '../../runs/state';

export type RunState = JobReading['state'];

export interface RunEntry {
  readonly id: string;
  /** Absolute path of the job folder. */
  readonly folder: string;
  readonly kind: JobKind;
  /** The user's label, else the name of the file. */
  readonly name: string;
  /** The user's file it came from, relative to the root. */
  readonly file?: string;
  /** Id of the run it is about, for evaluations and prompt experiments. */
  readonly of?: string;
  readonly reading: JobReading;
  readonly labels: JobLabels;
  readonly progress: ProgressReading;
  /** Steps of a study in the order of its file; empty for other jobs. */
  readonly steps: readonly StepEntry[];
}

export type StepState = RunState | 'waiting' | 'skipped';

export interface StepEntry {
  readonly step: string;
  readonly state: StepState;
  /** The job that does it, once there is one. */
  readonly job?: string;
  readonly reason?: string;
}

/** What a study's events say of one step. */
export interface StepNote { readonly state: StepState; readonly job?: string; readonly reason?: string }

/** Takes in one event; returns the id of the job it names, if any. */
export function noteStep(notes: Map<string, StepNote>, event: JobEvent): string | undefined {
  if (event.type !== 'studyStep') return undefined;
  const { step, state, job, reason } = event;
  notes.set(step, { state, ...(job === undefined ? {} : { job }), ...(reason === undefined ? {} : { reason }) });
  return job;
}

/**
 * Steps as a reader may believe them: the state of a step's own job outranks what the study last said of it, since a
 * study that was killed says nothing any more while its jobs go on or died with it.
 */
export function stepEntries(
  names: readonly string[], notes: ReadonlyMap<string, StepNote>, studyAlive: boolean, readingOf: (job: string) => JobReading | undefined,
): StepEntry[] {
  return names.map((step) => {
    const note = notes.get(step);
    if (!note) return { step, state: 'waiting' };
    const reading = note.job === undefined ? undefined : readingOf(note.job);
    // A study begins the next job of a step when the first is done: until it says so itself, the step is not.
    const state = note.state !== 'running' || reading === undefined ? note.state : reading.state === 'done' && studyAlive ? 'running' : reading.state;
    const believed = state === 'running' && !studyAlive && reading?.alive !== true ? 'lost' : state;
    const reason = believed === note.state ? note.reason : reading?.reason;
    return { step, state: believed, ...(note.job === undefined ? {} : { job: note.job }), ...(reason === undefined ? {} : { reason }) };
  });
}

/** Ids of jobs that a study shows beneath itself, so that they stand only once in the view. */
export function ownedJobs(studies: Iterable<{ readonly jobs: ReadonlySet<string> }>): Set<string> {
  const owned = new Set<string>();
  for (const { jobs } of studies) for (const job of jobs) owned.add(job);
  return owned;
}

/** Requests and actions that fit a job, as words of its tree item's contextValue. */
export function contextWords(entry: RunEntry): string {
  const { state, alive } = entry.reading;
  return [
    'job', entry.kind, state,
    alive ? 'alive' : state === 'done' ? 'ended' : 'resumable',
    entry.labels.star ? 'starred' : 'unstarred',
    entry.labels.archived ? 'archived' : 'unarchived',
  ].join(' ');
}

/** The run the status bar shows: of those that work, the newest training, else the newest job that is no study, else the study. */
export function currentRun(entries: readonly RunEntry[]): RunEntry | undefined {
  const working = entries.filter((entry) => entry.reading.state === 'running' && entry.kind !== 'serve').sort(newestFirst);
  return working.find((entry) => entry.kind === 'train') ?? working.find((entry) => entry.kind !== 'study') ?? working[0];
}

export function newestFirst(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}
