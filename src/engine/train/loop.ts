// The training loop, in the order things happen. It yields typed events and touches no file: who consumes it writes
// metrics and checkpoints, and stops by returning.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { userError } from '../../base/errors/problem';
import type { RandomState } from '../../base/math/random';
import type { Model } from '../model';
import { makeBatch } from './batch';
import { describeDocuments, type DataPlan } from './data-plan';
import { clipFactor, GradientSum } from './gradient-sum';
import { measureHeldOut, type HeldOutLoss, type HeldOutSet } from './held-out';
import { lossGradients } from './loss';
import type { NeftuneNoise } from './neftune';
import type { AdamW } from './optimiser';
import { learningRateAt, type Schedule } from './schedule';

/** How far training has got, always as of the last whole update. */
export interface TrainProgress {
  /** Updates done. */
  readonly step: number;
  /** Non-padding tokens seen. */
  readonly tokens: number;
  /** Loss-bearing tokens among them. */
  readonly trainedTokens: number;
  /** State of the NEFTune stream, when there is noise. */
  readonly neftune?: RandomState | undefined;
}

export type TrainEvent =
  /** Between two micro-batches of one update: a place to stop. What this update has gathered so far is given up then. */
  | { readonly type: 'microBatch'; readonly progress: TrainProgress }
  | {
    readonly type: 'update'; readonly progress: TrainProgress;
    /** Nats per loss-bearing token over the whole update, before it. */
    readonly loss: number;
    readonly learningRate: number;
    /** Before clipping. */
    readonly gradientNorm: number;
    readonly noiseNorm: number | undefined;
    readonly updateTokens: number;
    readonly durationMs: number;
  }
  | { readonly type: 'heldOut'; readonly progress: TrainProgress; readonly name: string; readonly measured: HeldOutLoss }
  /** Everything about this step has been said: the place for a checkpoint. */
  | { readonly type: 'boundary'; readonly progress: TrainProgress };

export interface TrainSettings {
  readonly model: Model;
  readonly plan: DataPlan;
  readonly optimiser: AdamW;
  readonly schedule: Schedule;
  readonly noise?: NeftuneNoise | undefined;
  readonly heldOut: { readonly sets: readonly HeldOutSet[]; readonly everySteps: number };
  readonly padId: number;
  /** Input tokens of the longest row. */
  readonly sequenceLength: number;
  readonly start: TrainProgress;
  /** Monotonic milliseconds, for durations only. */
  readonly now: () => number;
}

export async function* train(settings: TrainSettings): AsyncGenerator<TrainEvent, void, undefined> {
  const { model, plan, optimiser, schedule, noise, now } = settings;
  const parameters = [...model.parameters.values()];
  let progress = settings.start;
  if (progress.step === 0) yield* heldOutLosses(settings, progress);
  while (progress.step < plan.totalSteps) {
    const startedMs = now();
    const references = plan.microBatches(progress.step);
    const batches = references.map((rows) => makeBatch(rows, { padId: settings.padId, maximumLength: settings.sequenceLength }));
    const tokens = batches.reduce((sum, batch) => sum + batch.tokens, 0);
    const lossTokens = batches.reduce((sum, batch) => sum + batch.lossTokens, 0);
    const gradientSum = new GradientSum();
    let loss = 0;
    let noiseNorm = 0;
    try {
      for (const [i, batch] of batches.entries()) {
        if (i > 0) yield { type: 'microBatch', progress };
        const drawn = noise?.draw(batch, model.config.hiddenSize);
        const { value, gradients } = lossGradients(model, parameters, batch, drawn, lossTokens);
        gradientSum.add(gradients);
        loss += value;
        noiseNorm += (drawn?.meanNorm ?? 0) / batches.length;
        await nextTurn(); // tensor operations block; signals are heard here
      }
      const gradientNorm = gradientSum.norm();
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) throw nonFinite(progress.step + 1, loss, gradientNorm, describeDocuments(references.flat()));
      const learningRate = learningRateAt(schedule, progress.step);
      const gradientScale = clipFactor(gradientNorm, optimiser.settings.clipNorm);
      optimiser.update(gradientSum.tensors, { learningRate, step: progress.step + 1, gradientScale });
      progress = { step: progress.step + 1, tokens: progress.tokens + tokens, trainedTokens: progress.trainedTokens + lossTokens, neftune: noise?.state() };
      yield { type: 'update', progress, loss, learningRate, gradientNorm, noiseNorm: noise && noiseNorm, updateTokens: tokens, durationMs: now() - startedMs };
    } finally {
      gradientSum.dispose();
    }
    const isLast = progress.step === plan.totalSteps;
    if (isLast || progress.step % settings.heldOut.everySteps === 0) yield* heldOutLosses(settings, progress);
    yield { type: 'boundary', progress };
  }
}

function* heldOutLosses({ model, plan, padId, sequenceLength, heldOut }: TrainSettings, progress: TrainProgress): Generator<TrainEvent, void, undefined> {
  const batchTokens = plan.settings.batchSize * sequenceLength;
  for (const set of heldOut.sets) {
    yield { type: 'heldOut', progress, name: set.name, measured: measureHeldOut(model, set, { padId, maximumLength: sequenceLength, batchTokens }) };
  }
}

function nonFinite(step: number, loss: number, gradientNorm: number, documents: string): Error {
  const what = Number.isFinite(loss) ? `the gradient norm is ${gradientNorm}` : `the loss is ${loss}`;
  return userError({
    code: 'train-non-finite', key: 'optimiser.learningRate',
    message: `${what} at step ${step}, so the update was not made; its rows came from ${documents}`,
    next: 'Lower the learning rate or lengthen the warm-up, or look at these documents; the last checkpoint is from before.',
  });
}
