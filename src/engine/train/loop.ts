// The training loop, in the order things happen. It yields typed events and touches no file: who consumes it writes
// metrics and checkpoints, and stops by returning.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { userError } from '../../base/errors/problem';
import type { RandomState } from '../../base/math/random';
import type { Model } from '../model';
import { makeBatch, type TrainBatch } from './batch';
import { describeDocuments, documentsOf, type DataPlan, type DocumentsOfStage } from './data-plan';
import { clipFactor, GradientSum } from './gradient-sum';
import { measureHeldOut, type HeldOutLoss, type HeldOutSet } from './held-out';
import { lossGradients, quietLoss, routeUpdate, type RoutedBatch } from './loss';
import type { NeftuneNoise } from './neftune';
import type { AdamW } from './optimiser';
import { joinRouting, type Routing } from './router';
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
    /** Of the NEFTune noise: mean norm over the examples, and mean bound of its values. */
    readonly noise: { readonly norm: number; readonly magnitude: number } | undefined;
    /** The same loss without noise and dropout; before updates that held-out loss follows, when there is any of the two. */
    readonly quietLoss: number | undefined;
    /** Of a model with experts: its load-balance loss before its weight, and the loads. */
    readonly routing: Routing | undefined;
    /** What the update learnt from. */
    readonly documents: readonly DocumentsOfStage[];
    readonly updateTokens: number;
    readonly durationMs: number;
  }
  /** The update after `progress` is not made, and training ends with an error: its loss or gradient is no number. */
  | { readonly type: 'nonFinite'; readonly progress: TrainProgress; readonly loss: number; readonly gradientNorm: number; readonly documents: readonly DocumentsOfStage[] }
  /** Measured without noise or dropout. */
  | { readonly type: 'heldOut'; readonly progress: TrainProgress; readonly name: string; readonly measured: HeldOutLoss }
  /** Everything about this step has been said: the place for a checkpoint. */
  | { readonly type: 'boundary'; readonly progress: TrainProgress };

export interface TrainSettings {
  readonly model: Model;
  readonly plan: DataPlan;
  readonly optimiser: AdamW;
  readonly schedule: Schedule;
  readonly noise?: NeftuneNoise | undefined;
  readonly recomputeActivations?: boolean | undefined;
  readonly heldOut: { readonly sets: readonly HeldOutSet[]; readonly everySteps: number };
  readonly padId: number;
  /** The mix file, named when its data can not be learnt. */
  readonly dataFile?: string | undefined;
  /** Input tokens of the longest row. */
  readonly sequenceLength: number;
  readonly start: TrainProgress;
  /** Monotonic milliseconds, for durations only. */
  readonly now: () => number;
}

export async function* train(settings: TrainSettings): AsyncGenerator<TrainEvent, void, undefined> {
  const { model, plan, optimiser, schedule, noise, now, recomputeActivations } = settings;
  let progress = settings.start;
  if (progress.step === 0) yield* heldOutLosses(settings, progress);
  while (progress.step < plan.totalSteps) {
    const startedMs = now();
    const { batches, documents, tokens, lossTokens } = nextUpdate(settings, progress.step);
    const isMeasured = progress.step + 1 === plan.totalSteps || (progress.step + 1) % settings.heldOut.everySteps === 0;
    const gradientSum = new GradientSum();
    let loss = 0;
    let noiseNorm = 0;
    let noiseMagnitude = 0;
    const routings: { routing: Routing | undefined; weight: number }[] = [];
    try {
      const passOf = (batch: TrainBatch, i: number): RoutedBatch => routedBatch(settings, batch, `${progress.step}/${i}`);
      // Shares of experts are of the update, and known before the first backward pass; of one micro-batch they are its own.
      const passes = isBalanced(model) && batches.length > 1 ? batches.map(passOf) : undefined;
      const update = passes && await routeUpdate(model, passes);
      for (const [i, batch] of batches.entries()) {
        if (i > 0) yield { type: 'microBatch', progress };
        const { noise: drawn, adapterDropout, jitter } = passes?.[i] ?? passOf(batch, i);
        const { value, gradients, routing } = await lossGradients(model, batch, lossTokens, {
          noise: drawn, adapterDropout, recomputeActivations, router: { jitter, update },
        });
        gradientSum.add(gradients);
        routings.push({ routing, weight: update === undefined ? batch.tokens / tokens : 1 });
        loss += value;
        noiseNorm += (drawn?.meanNorm ?? 0) / batches.length;
        noiseMagnitude += (drawn?.meanMagnitude ?? 0) / batches.length;
        await nextTurn(); // tensor operations block; signals are heard here
      }
      const gradientNorm = await gradientSum.norm();
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
        yield { type: 'nonFinite', progress, loss, gradientNorm, documents };
        throw nonFinite(progress.step + 1, loss, gradientNorm, describeDocuments(documents));
      }
      const isNoisy = noise !== undefined || (model.adapter?.settings.dropout ?? 0) > 0 || (model.config.experts?.routerJitter ?? 0) > 0;
      const withoutNoise = isNoisy && isMeasured ? await quietLoss(model, batches) : undefined;
      const learningRate = learningRateAt(schedule, progress.step);
      const gradientScale = clipFactor(gradientNorm, optimiser.settings.clipNorm);
      optimiser.update(gradientSum.tensors, { learningRate, step: progress.step + 1, gradientScale });
      progress = { step: progress.step + 1, tokens: progress.tokens + tokens, trainedTokens: progress.trainedTokens + lossTokens, neftune: noise?.state() };
      yield {
        type: 'update', progress, loss, learningRate, gradientNorm, documents, updateTokens: tokens, durationMs: now() - startedMs,
        noise: noise && { norm: noiseNorm, magnitude: noiseMagnitude }, quietLoss: withoutNoise, routing: joinRouting(routings),
      };
    } finally {
      gradientSum.dispose();
    }
    if (isMeasured) yield* heldOutLosses(settings, progress);
    yield { type: 'boundary', progress };
  }
}

function routedBatch({ model, plan, noise }: TrainSettings, batch: TrainBatch, name: string): RoutedBatch {
  const stream = { seed: plan.settings.seed, name };
  return { batch, noise: noise?.draw(batch, model.config.hiddenSize), adapterDropout: stream, jitter: stream };
}

/** Whether the load-balance loss moves anything. */
function isBalanced({ config: { experts } }: Model): boolean {
  return experts !== undefined && experts.balanceLossWeight > 0;
}

/** The micro-batches of the update after `step` updates, and what they hold together. */
function nextUpdate({ plan, padId, sequenceLength, dataFile }: TrainSettings, step: number): NextUpdate {
  const references = plan.microBatches(step);
  const batches = references.map((rows) => makeBatch(rows, { padId, maximumLength: sequenceLength }));
  const documents = documentsOf(references.flat());
  const lossTokens = batches.reduce((sum, batch) => sum + batch.lossTokens, 0);
  if (lossTokens === 0) throw nothingToLearn(step + 1, describeDocuments(documents), dataFile);
  return { batches, documents, lossTokens, tokens: batches.reduce((sum, batch) => sum + batch.tokens, 0) };
}

interface NextUpdate {
  readonly batches: readonly TrainBatch[];
  readonly documents: readonly DocumentsOfStage[];
  readonly tokens: number;
  readonly lossTokens: number;
}

async function* heldOutLosses({ model, plan, padId, sequenceLength, heldOut }: TrainSettings, progress: TrainProgress): AsyncGenerator<TrainEvent, void, undefined> {
  const batchTokens = plan.settings.batchSize * sequenceLength;
  for (const set of heldOut.sets) {
    yield { type: 'heldOut', progress, name: set.name, measured: await measureHeldOut(model, set, { padId, maximumLength: sequenceLength, batchTokens }) };
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

function nothingToLearn(step: number, documents: string, file: string | undefined): Error {
  return userError({
    code: 'train-nothing-to-learn', ...(file === undefined ? {} : { file }), key: 'data', message: `no token of step ${step} bears loss, so there is nothing to learn from ${documents}`,
    next: 'Look at these documents: their answers may be cut off or empty.',
  });
}
