// The steps of a study and the jobs that did them, as the study's events tell.
import { existsSync } from 'node:fs';
import type { Study } from '../../../../documents/study/schema';
import type { JobEvent, StudyStepEvent } from '../../../../protocol/events';
import type { JobFile } from '../../../../protocol/job-file';
import { readEvents } from '../../../../runs/events';
import { readJobFile } from '../../../../runs/job-file';
import { jobFolder } from '../../../../runs/layout';
import type { StepReport } from '../model';

export interface StepJob {
  readonly name: string;
  readonly id: string;
  readonly folder: string;
  readonly file: JobFile;
  readonly events: readonly JobEvent[];
}

export interface StudySteps {
  readonly reports: readonly StepReport[];
  /** Jobs of the steps that are done, by step. */
  readonly jobs: ReadonlyMap<string, StepJob>;
}

export async function collectSteps(root: string, study: Study, studyEvents: readonly JobEvent[]): Promise<StudySteps> {
  const latest = new Map<string, StudyStepEvent>();
  for (const event of studyEvents) if (event.type === 'studyStep') latest.set(event.step, event);
  const jobs = new Map<string, StepJob>();
  const reports: StepReport[] = [];
  for (const [name, step] of Object.entries(study.steps)) {
    const event = latest.get(name);
    const job = event?.job === undefined ? undefined : await readStepJob(root, name, event.job);
    if (job && event?.state === 'done') jobs.set(name, job);
    const durationMs = job && workedMs(job.events);
    reports.push({
      name,
      kind: 'mix' in step ? 'mix' : 'run' in step ? 'run' : 'evaluate' in step ? 'evaluate' : 'prompt',
      state: event?.state ?? 'not started',
      ...(event?.reason === undefined ? {} : { reason: event.reason }),
      ...(event?.job === undefined ? {} : { job: event.job }),
      ...(durationMs === undefined ? {} : { durationMs }),
    });
  }
  return { reports, jobs };
}

async function readStepJob(root: string, name: string, id: string): Promise<StepJob | undefined> {
  const folder = jobFolder(root, id);
  if (!existsSync(folder)) return undefined;
  return { name, id, folder, file: await readJobFile(folder), events: await readEvents(folder) };
}

/** Time its attempts ran, without the pauses between them. */
function workedMs(events: readonly JobEvent[]): number | undefined {
  const lastOfAttempt = new Map<number, number>();
  for (const event of events) lastOfAttempt.set(event.attempt, event.elapsedMs);
  return lastOfAttempt.size === 0 ? undefined : [...lastOfAttempt.values()].reduce((sum, ms) => sum + ms, 0);
}
