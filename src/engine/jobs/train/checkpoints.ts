// When a training job takes checkpoints, and what an event says about each. Training waits while the numbers are copied;
// a thread writes them, one checkpoint at a time.
import { performance } from 'node:perf_hooks';
import path from 'node:path';
import type { JobContext } from '../../../runs/job-context';
import { jobPath } from '../../../runs/layout';
import { CheckpointThread, removeOldCheckpoints, takeSnapshot, type CheckpointSnapshot, type TrainEvent, type TrainProgress } from '../../train';
import type { Training } from './open';

const minuteMs = 60_000;

export class CheckpointWriter {
  readonly #thread = new CheckpointThread();
  #takenStep: number | undefined;
  #takenAtMs = performance.now();
  /** Of the last snapshot, for the next. */
  #memory: SharedArrayBuffer | undefined;
  #inFlight: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  /** Ids of requests that the checkpoint being written answers. */
  readonly #requests: string[] = [];
  /** Moves on with each checkpoint, since older ones are removed. */
  #tokenizerFolder: string;
  #measured: { readonly step: number; readonly losses: Readonly<Record<string, number>> } = { step: -1, losses: {} };
  /** Lowest loss on the set of `keepBest` in this attempt, or of the checkpoint kept for it. */
  #lowest: number;

  constructor(readonly context: JobContext, readonly training: Training) {
    this.#takenStep = training.resumedFrom;
    this.#tokenizerFolder = training.tokenizerFolder;
    this.#lowest = training.lowestHeldOut;
  }

  /** Takes note of held-out losses, for the rule that keeps the best checkpoint. */
  observe(event: TrainEvent): void {
    if (event.type !== 'heldOut') return;
    const { step } = event.progress;
    const earlier = this.#measured.step === step ? this.#measured.losses : {};
    this.#measured = { step, losses: { ...earlier, [event.name]: event.measured.loss } };
  }

  isDue({ step }: TrainProgress): boolean {
    const { everySteps, everyMinutes } = this.training.run.checkpoints;
    return this.#isBest(step) || step === this.training.settings.plan.totalSteps
      || (everySteps !== undefined && step % everySteps === 0)
      || performance.now() - this.#takenAtMs >= everyMinutes * minuteMs;
  }

  /** Whether the set whose best checkpoint is kept was just measured at its lowest. */
  #isBest(step: number): boolean {
    const { keepBest } = this.training.run.checkpoints;
    const loss = keepBest === undefined || this.#measured.step !== step ? undefined : this.#measured.losses[keepBest];
    if (loss === undefined || loss >= this.#lowest) return false;
    this.#lowest = loss;
    return true;
  }

  /** Takes the state after the last whole update, unless that is taken already, and returns while it is being written. */
  async begin(progress: TrainProgress): Promise<void> {
    if (progress.step === this.#takenStep) return;
    await this.settle();
    const startedMs = performance.now();
    const { context, training } = this;
    const { run, settings: { model, optimiser, plan } } = training;
    const snapshot = await takeSnapshot(jobPath(context.folder, 'checkpoints'), {
      model, optimiser, tokenizerFolder: this.#tokenizerFolder, generationConfig: training.generationConfig, baseFolder: training.baseFolder, origin: training.origin,
      state: {
        schema: 1, step: progress.step, totalSteps: plan.totalSteps, tokens: progress.tokens, trainedTokens: progress.trainedTokens,
        position: plan.position(progress.step), randomStates: progress.neftune === undefined ? {} : { neftune: [...progress.neftune] },
        heldOut: this.#measured.step === progress.step ? this.#measured.losses : {}, backend: training.backend.name, mixHash: training.mixHash, tokenizerHash: training.manifest.tokenizerHash, run,
      },
    }, this.#memory);
    this.#memory = snapshot.memory;
    this.#takenStep = progress.step;
    this.#takenAtMs = performance.now();
    this.#inFlight = this.#finish(snapshot, startedMs, this.#takenAtMs - startedMs).catch((error: unknown) => { this.#failure = { error }; }).finally(() => { this.#inFlight = undefined; });
  }

  async #finish(snapshot: CheckpointSnapshot, startedMs: number, stallMs: number): Promise<void> {
    const { context, training: { run } } = this;
    await this.#thread.write(snapshot);
    this.#tokenizerFolder = snapshot.final;
    const stored = path.relative(context.folder, snapshot.final).split(path.sep).join('/');
    context.emit({ type: 'checkpoint', step: snapshot.state.step, path: stored, durationMs: performance.now() - startedMs, stallMs });
    for (const id of this.#requests.splice(0)) context.answerRequest(id, 'done', `checkpoint of step ${snapshot.state.step}`);
    await context.sync();
    await removeOldCheckpoints(path.dirname(snapshot.final), run.checkpoints);
  }

  /** Answers a request with the checkpoint of this step: when it is on disk. */
  async answer(id: string, progress: TrainProgress): Promise<void> {
    if (this.#requests.includes(id)) return;
    await this.begin(progress);
    if (this.#inFlight === undefined) this.context.answerRequest(id, 'done', `checkpoint of step ${progress.step}`);
    else this.#requests.push(id);
  }

  /** Throws what a checkpoint in the background failed with. */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Waits for the checkpoint that is being written, and throws what it failed with. */
  async settle(): Promise<void> {
    await this.#inFlight;
    this.throwIfFailed();
  }

  /** What is being written is finished first, unless the process has to end at once. */
  async close(): Promise<void> {
    if (!this.context.signal.aborted) await this.#inFlight;
    await this.#thread.close();
  }
}
