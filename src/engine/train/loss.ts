// The loss of one micro-batch and its gradients.
// Legend: N positions of the batch, M of them that bear loss, D hidden size, V vocabulary.
import type { HiddenOptions, Model } from '../model';
import { crossEntropySum, embedding, gradients, tensor1d, tensor2d, tidy, tokenLogLikelihoods, type Gradients, type Tensor2D } from '../tensors';
import type { TrainBatch } from './batch';
import type { EmbeddingNoise } from './neftune';

/** Below this share of loss-bearing positions, picking them out costs less than their logits. */
const densestWorthPicking = 0.9;

export interface Predictions { readonly logits_MV: Tensor2D; readonly targets_M: Int32Array }

/** Logits where the batch bears loss; where nearly all of it does, at every position, with −1 as the target of the rest. */
export function predict(model: Model, batch: TrainBatch, options: HiddenOptions = {}): Predictions {
  const hidden_ND = model.hidden(batch.rows, options);
  const { targets_N } = batch;
  if (batch.lossTokens > densestWorthPicking * targets_N.length) return { logits_MV: model.logits(hidden_ND), targets_M: targets_N };
  const bearing_M = Int32Array.from(targets_N.keys()).filter((n) => targets_N[n]! >= 0);
  return { logits_MV: model.logits(embedding(hidden_ND, tensor1d(bearing_M, 'int32'))), targets_M: targets_N.filter((target) => target >= 0) };
}

export interface LossOptions extends Pick<HiddenOptions, 'adapterDropout' | 'recomputeActivations'> {
  readonly noise?: EmbeddingNoise | undefined;
}

/**
 * Σ −log p(target) / `lossTokens` over the micro-batch, in nats, and its gradient by each trainable parameter.
 * @param lossTokens loss-bearing tokens of the whole update, so that micro-batches add up to the loss of the large batch.
 */
export function lossGradients(model: Model, batch: TrainBatch, lossTokens: number, { noise, ...options }: LossOptions = {}): Gradients {
  return gradients(() => {
    const shape: [number, number] = [batch.targets_N.length, model.config.hiddenSize];
    const { logits_MV, targets_M } = predict(model, batch, { ...options, ...(noise === undefined ? {} : { embeddingNoise_ND: tensor2d(noise.values_ND, shape) }) });
    return crossEntropySum(logits_MV, targets_M, 1 / lossTokens);
  }, [...model.trainable.values()]);
}

/** Nats per loss-bearing token over the micro-batches of an update, without noise or dropout and without gradients. */
export function quietLoss(model: Model, batches: readonly TrainBatch[]): number {
  let nats = 0;
  let tokens = 0;
  for (const batch of batches) {
    tidy(() => {
      const { logits_MV, targets_M } = predict(model, batch);
      for (const value of tokenLogLikelihoods(logits_MV, targets_M).logLikelihood) nats -= value;
    });
    tokens += batch.lossTokens;
  }
  return nats / tokens;
}
