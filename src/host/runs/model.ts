// The jobs of a workspace as the editor shows them, read from their folders alone: what a look costs grows with what
// changed since the last one. No vscode.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { StudyJobFile } from '../../protocol/job-file';
import type { JobLabels } from '../../protocol/labels';
import { parseEvent } from '../../runs/events';
import { LineTail } from '../../runs/events/tail';
import { isJobId } from '../../runs/id';
import { type JobHeader, readJobFile, readJobHeader } from '../../runs/job-file';
import { readLabels } from '../../runs/labels';
import { jobPath, runsFolder } from '../../runs/layout';
import { HeartbeatWatch } from '../../runs/liveness';
import { JobProgress } from '../../runs/progress';
import { type JobReading, readState } from '../../runs/state';
import { readStatus } from '../../runs/status';
import { newestFirst, noteStep, ownedJobs, type RunEntry, stepEntries, type StepNote } from './entry';

interface Known {
  readonly folder: string;
  readonly header: JobHeader;
  readonly stepNames: readonly string[];
  readonly tail: LineTail;
  readonly notes: Map<string, StepNote>;
  /** Every job a study has named. */
  readonly jobs: Set<string>;
  readonly progress: JobProgress;
  reading: JobReading;
  labels: JobLabels;
  /** Status and labels as they were when last read. */
  stamp: string;
}

const readsAtOnce = 64;

export class RunsModel {
  readonly #known = new Map<string, Known>();
  readonly #watch = new HeartbeatWatch();
  #entries: readonly RunEntry[] = [];
  #top: readonly RunEntry[] = [];
  #looking: Promise<boolean> | undefined;
  #again = false;

  constructor(readonly root: string) {}

  /** All jobs, newest first. */
  get entries(): readonly RunEntry[] {
    return this.#entries;
  }

  /** Those that no study shows beneath itself, newest first. */
  get top(): readonly RunEntry[] {
    return this.#top;
  }

  find(id: string): RunEntry | undefined {
    return this.#entries.find((entry) => entry.id === id);
  }

  /** The study that shows this job as one of its steps. */
  studyOf(id: string): { readonly study: RunEntry; readonly step: string } | undefined {
    for (const study of this.#top) {
      const step = study.steps.find((one) => one.job === id);
      if (step) return { study, step: step.step };
    }
    return undefined;
  }

  /** Looks at the folders; true when anything a view shows changed. Calls that come meanwhile share one more look. */
  async refresh(): Promise<boolean> {
    if (this.#looking) {
      this.#again = true;
      return this.#looking;
    }
    this.#looking = this.#lookUntilCurrent();
    try {
      return await this.#looking;
    } finally {
      this.#looking = undefined;
    }
  }

  async #lookUntilCurrent(): Promise<boolean> {
    let changed = false;
    do {
      this.#again = false;
      changed = await this.#look() || changed;
    } while (this.#wasAskedAgain());
    return changed;
  }

  #wasAskedAgain(): boolean {
    return this.#again;
  }

  async #look(): Promise<boolean> {
    const ids = (await names(runsFolder(this.root))).filter(isJobId);
    const there = new Set(ids);
    let changed = false;
    for (const id of this.#known.keys()) if (!there.has(id)) changed = this.#known.delete(id) || changed;
    for (let start = 0; start < ids.length; start += readsAtOnce) {
      const looks = await Promise.all(ids.slice(start, start + readsAtOnce).map((id) => this.#lookAt(id)));
      changed = looks.includes(true) || changed;
    }
    if (changed) this.#compose();
    return changed;
  }

  async #lookAt(id: string): Promise<boolean> {
    const folder = path.join(runsFolder(this.root), id);
    const before = this.#known.get(id);
    const stamp = `${await modified(jobPath(folder, 'status'))} ${await modified(jobPath(folder, 'labels'))}`;
    if (before && before.stamp === stamp && !before.reading.alive) return false;
    const [status, header] = await Promise.all([readStatus(folder), before?.header ?? readJobHeader(folder)]);
    if (!status || !header) return false;
    const reading = await readState(folder, status, this.#watch);
    const labels = before?.stamp === stamp ? before.labels : await readLabels(folder);
    const known: Known = before ?? {
      folder, header, stepNames: header.kind === 'study' ? await stepNames(folder) : [],
      tail: new LineTail(jobPath(folder, 'events')), notes: new Map(), jobs: new Set(), progress: new JobProgress(), reading, labels, stamp,
    };
    this.#known.set(id, known);
    const added = await takeEvents(known);
    const changed = before === undefined || before.stamp !== stamp || added || !sameReading(before.reading, reading);
    Object.assign(known, { reading, labels, stamp });
    return changed;
  }

  #compose(): void {
    const entries = [...this.#known].map(([id, known]): RunEntry => ({
      id, folder: known.folder, kind: known.header.kind, name: known.labels.name ?? known.header.name,
      ...(known.header.file === undefined ? {} : { file: known.header.file }),
      ...(known.header.of === undefined ? {} : { of: known.header.of }),
      reading: known.reading, labels: known.labels, progress: known.progress.read(),
      steps: stepEntries(known.stepNames, known.notes, known.reading.alive, (job) => this.#known.get(job)?.reading),
    }));
    const owned = ownedJobs(this.#known.values());
    this.#entries = entries.sort(newestFirst);
    this.#top = this.#entries.filter((entry) => !owned.has(entry.id));
  }
}

async function takeEvents(known: Known): Promise<boolean> {
  const lines = await known.tail.read();
  for (const line of lines) {
    const event = parseEvent(line);
    if (!event) continue;
    known.progress.apply(event);
    const job = noteStep(known.notes, event);
    if (job !== undefined) known.jobs.add(job);
  }
  return lines.length > 0;
}

/** Names of a study's steps; none when its file cannot be understood, as of one written by a later version. */
async function stepNames(folder: string): Promise<string[]> {
  try {
    return Object.keys((await readJobFile(folder) as StudyJobFile).resolved.study.steps);
  } catch {
    return [];
  }
}

function sameReading(a: JobReading, b: JobReading): boolean {
  return a.state === b.state && a.attempt === b.attempt && a.reason === b.reason && a.liveness === b.liveness;
}

async function modified(file: string): Promise<string> {
  try {
    const { mtimeNs, size, ino } = await stat(file, { bigint: true });
    return `${mtimeNs}-${size}-${ino}`;
  } catch {
    return '';
  }
}

async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
