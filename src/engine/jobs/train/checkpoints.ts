// When a training job writes checkpoints, and what an event says about each.
import { performance } from 'node:perf_hooks';
import path from 'node:path';
import type { JobContext } from '../../../runs/job-context';
import { jobPath } from '../../../runs/layout';
import { removeOldCheckpoints, writeCheckpoint, type TrainEvent, type TrainProgress } from '../../train';
import type { Training } from './open';

const minuteMs = 60_000;

export class CheckpointWriter {
  #writtenStep: number | undefined;
  #writtenAtMs = performance.now();
  /** Moves on with each checkpoint, since older ones are removed. */
  #tokenizerFolder: string;
  #measured: { readonly step: number; readonly losses: Readonly<Record<string, number>> } = { step: -1, losses: {} };
  /** Lowest loss on the set of `keepBest` in this attempt, or of the checkpoint kept for it. */
  #lowest: number;

  constructor(readonly context: JobContext, readonly training: Training) {
    this.#writtenStep = training.resumedFrom;
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
      || performance.now() - this.#writtenAtMs >= everyMinutes * minuteMs;
  }

  /** Whether the set whose best checkpoint is kept was just measured at its lowest. */
  #isBest(step: number): boolean {
    const { keepBest } = this.training.run.checkpoints;
    const loss = keepBest === undefined || this.#measured.step !== step ? undefined : this.#measured.losses[keepBest];
    if (loss === undefined || loss >= this.#lowest) return false;
    this.#lowest = loss;
    return true;
  }

  /** Writes the state after the last whole update, unless that is on disk already. */
  async write(progress: TrainProgress): Promise<void> {
    if (progress.step === this.#writtenStep) return;
    const startedMs = performance.now();
    const { context, training } = this;
    const checkpoints = jobPath(context.folder, 'checkpoints');
    const { run, settings: { model, optimiser, plan } } = training;
    const folder = await writeCheckpoint(checkpoints, {
      model, optimiser, tokenizerFolder: this.#tokenizerFolder, baseFolder: training.baseFolder, origin: training.origin,
      state: {
        schema: 1, step: progress.step, totalSteps: plan.totalSteps, tokens: progress.tokens, trainedTokens: progress.trainedTokens,
        position: plan.position(progress.step), randomStates: progress.neftune === undefined ? {} : { neftune: [...progress.neftune] },
        heldOut: this.#measured.step === progress.step ? this.#measured.losses : {}, backend: training.backend.name, mixHash: training.mixHash, tokenizerHash: training.manifest.tokenizerHash, run,
      },
    });
    this.#writtenStep = progress.step;
    this.#tokenizerFolder = folder;
    this.#writtenAtMs = performance.now();
    const stored = path.relative(context.folder, folder).split(path.sep).join('/');
    context.emit({ type: 'checkpoint', step: progress.step, path: stored, durationMs: this.#writtenAtMs - startedMs });
    await context.sync();
    await removeOldCheckpoints(checkpoints, run.checkpoints);
  }
}
