// A trainer that Slurm runs. The job is Slurm's own: it outlives this process, which only watches, and a later one finds
// it again by the id in slurm.json, or by its name when there was no time to write that down.
import { existsSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { userError } from '../../../base/errors/problem';
import type { SlurmSettings } from '../../../documents/run/slurm';
import { writeFileAtomic } from '../../../runs/files/atomic';
import { readJson, toJson } from '../../../runs/files/json';
import type { Place } from '../machine/place';
import { FollowedTrainer } from '../trainer/followed';
import { trainerLog, type TrainerEnd } from '../trainer/trainer';
import { requestFile } from '../trainer/events';
import { batchScript, exitFile, unfinishedFile } from './batch-script';
import { accounted, cancel, findByName, lookAt, SlurmSilent, slurmVersion, submit } from './commands';
import { describeSlurmJob, endingOf, neverRuns, standingOf, type SlurmJob } from './state';

const recordFile = 'slurm.json';
const recordSchema = z.object({ jobId: z.string() });
const pollMs = 500;
const endingMs = 2000;
const hourMs = 3_600_000;

export interface SlurmWatch {
  readonly folder: string;
  readonly jobName: string;
  readonly settings: SlurmSettings;
  /** Where Slurm's commands are. */
  readonly place: Place;
  /** Told what changed, in words; `level` is warning when the user may have to act. */
  readonly onChange: (text: string, jobId: string, level: 'info' | 'warning') => void;
}

/** A job that has saved at the end of its time, and was not put back in the queue. */
export function isUnfinished(folder: string): boolean {
  return existsSync(path.join(folder, unfinishedFile));
}

export class SlurmTrainer extends FollowedTrainer {
  readonly ended: Promise<TrainerEnd>;
  #job: SlurmJob;
  #hasEnded = false;
  #silent = false;

  private constructor(readonly jobId: string, private readonly watch: SlurmWatch, private readonly version: readonly number[]) {
    super(watch.folder);
    this.#job = { id: jobId, state: 'PENDING', reason: 'None', nodes: '' };
    this.ended = this.#follow()
      .catch((error: unknown) => ({ code: null, signal: null, because: error instanceof Error ? error : new Error(String(error)) }))
      .finally(() => { this.#hasEnded = true; });
  }

  /** The job an earlier attempt left with Slurm; undefined when there is none that may still go on. */
  static async find(watch: SlurmWatch): Promise<SlurmTrainer | undefined> {
    const version = await slurmVersion(watch.place);
    const recorded = recordSchema.safeParse(await readJson(path.join(watch.folder, recordFile))).data?.jobId;
    const job = recorded === undefined ? (await findByName(watch.place, watch.jobName))[0] : await lookAt(watch.place, recorded, version);
    return job === undefined || standingOf(job) === 'ended' ? undefined : new SlurmTrainer(job.id, watch, version);
  }

  /** @param arguments_ of the batch script. */
  static async submit(watch: SlurmWatch, arguments_: readonly string[]): Promise<SlurmTrainer> {
    const version = await slurmVersion(watch.place);
    for (const name of [exitFile, unfinishedFile, requestFile, trainerLog]) rmSync(path.join(watch.folder, name), { force: true });
    const jobId = await submit(watch.place, batchScript, watch.folder, arguments_);
    await writeFileAtomic(path.join(watch.folder, recordFile), toJson({ jobId }));
    return new SlurmTrainer(jobId, watch, version);
  }

  override get isWaiting(): boolean {
    return standingOf(this.#job) === 'waiting';
  }

  override heard(): void {
    if (this.isWaiting) this.#job = { ...this.#job, state: 'RUNNING' };
  }

  kill(): void {
    if (!this.#hasEnded) cancel(this.watch.place, this.jobId);
  }

  /** Until Slurm is done with the job. Its end is believed only when Slurm says so; that Slurm is silent is no end. */
  async #follow(): Promise<TrainerEnd> {
    const { onChange, settings } = this.watch;
    let waitedMs = 0;
    let said = '';
    for (;;) {
      const job = await this.#look();
      if (job !== undefined) {
        const text = describeSlurmJob(job);
        if (text !== said) onChange(said = text, this.jobId, 'info');
        this.#job = job;
        const ended = await this.#endOf(job, waitedMs, settings.pendingHours);
        if (ended !== undefined) return ended;
        if (!this.isWaiting) waitedMs = 0;
      }
      waitedMs += await this.#pause(settings.pollSeconds * 1000);
    }
  }

  async #look(): Promise<SlurmJob | undefined> {
    try {
      const job = await lookAt(this.watch.place, this.jobId, this.version) ?? await accounted(this.watch.place, this.jobId) ?? { id: this.jobId, state: 'COMPLETED', reason: 'None', nodes: '' };
      this.#silent = false;
      return job;
    } catch (error) {
      if (!(error instanceof SlurmSilent)) throw error;
      if (!this.#silent) this.watch.onChange(`Slurm does not answer (${error.message}); the job goes on without it`, this.jobId, 'warning');
      this.#silent = true;
      return undefined;
    }
  }

  async #endOf(job: SlurmJob, waitedMs: number, pendingHours: number | undefined): Promise<TrainerEnd | undefined> {
    const mend = neverRuns(job) ?? (this.isWaiting && pendingHours !== undefined && waitedMs > pendingHours * hourMs
      ? 'Raise scaleout.slurm.pendingHours, or ask for less, then resume the run.' : undefined);
    if (mend !== undefined) {
      cancel(this.watch.place, this.jobId);
      return this.#end(null, userError({ code: 'slurm-never-runs', file: this.#script, value: job.reason, message: `Slurm job ${this.jobId} would not run`, next: mend }));
    }
    if (standingOf(job) !== 'ended') return undefined;
    const ending = job.state === 'TIMEOUT' && isUnfinished(this.folder) ? undefined : endingOf(job); // saved, and was slow to end
    const code = await readFile(path.join(this.folder, exitFile), 'utf8').then(Number, () => null);
    if (ending === undefined && code === null && !existsSync(this.logFile)) {
      return this.#end(code, userError({
        code: 'slurm-no-word', file: this.#script, value: describeSlurmJob(job), message: 'the job ended before it said a word, as when its node does not see this folder',
        next: 'Keep the workspace on a file system that the nodes share, then start the run again.',
      }));
    }
    return this.#end(code, ending === undefined ? undefined : userError({ ...ending, file: this.logFile, value: describeSlurmJob(job) }));
  }

  #end(code: number | null, because: Error | undefined): TrainerEnd {
    rmSync(path.join(this.folder, recordFile), { force: true });
    return { code, signal: null, ...(because === undefined ? {} : { because }) };
  }

  get #script(): string {
    return path.join(this.folder, batchScript);
  }

  /** Slurm is asked no more often than the user says, but for the end, which comes soon when the job has left its exit code. */
  async #pause(mostMs: number): Promise<number> {
    const exit = path.join(this.folder, exitFile);
    let waitedMs = 0;
    while (waitedMs < (existsSync(exit) ? Math.min(mostMs, endingMs) : mostMs)) {
      await delay(pollMs);
      waitedMs += pollMs;
    }
    return waitedMs;
  }
}
