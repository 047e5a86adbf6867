// The loss of one micro-batch and its gradients.
// Legend: N positions of the batch, M of them that bear loss, D hidden size, V vocabulary.
import { RoutingRecord, type HiddenOptions, type Model } from '../model';
import { add, crossEntropySum, embedding, gradientsLater, keep, mul, takeLogLikelihoods, takeNumber, tensor1d, tensor2d, tidy, type Gradients, type RoutedUpdate, type Scalar, type Tensor2D, type TokenLikelihoods } from '../tensors';
import type { TrainBatch } from './batch';
import type { EmbeddingNoise } from './neftune';
import { routerJitter, type JitterKey, type Routing } from './router';

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
  /** Of a model with experts; without it there is neither jitter nor a load-balance loss. `update` is what it is a micro-batch of. */
  readonly router?: { readonly jitter: JitterKey; readonly update?: RoutedUpdate | undefined } | undefined;
}

export interface LossGradients extends Gradients {
  /** Cross-entropy alone, whatever the gradients are of. */
  readonly value: number;
  /** Of a model with experts. */
  readonly routing: Routing | undefined;
}

/**
 * Σ −log p(target) / `lossTokens` over the micro-batch, in nats, and the gradient by each trainable parameter. Gradients
 * of a model with experts are of that and the load-balance loss by its weight. The balance loss is a product of means, of
 * which one, the shares of the experts, has no gradient: with the shares of the whole update it is a sum over tokens too.
 * @param lossTokens loss-bearing tokens of the whole update, so that micro-batches add up to the loss of the large batch.
 */
export async function lossGradients(model: Model, batch: TrainBatch, lossTokens: number, { noise, router, ...options }: LossOptions = {}): Promise<LossGradients> {
  const { experts, hiddenSize } = model.config;
  const record = experts && router && new RoutingRecord();
  let crossEntropy: Scalar | undefined;
  let balanceLoss: Scalar | undefined;
  const found = await gradientsLater(() => {
    const { logits_MV, targets_M } = predict(model, batch, {
      ...options, ...(noise === undefined ? {} : { embeddingNoise_ND: tensor2d(noise.values_ND, [batch.targets_N.length, hiddenSize]) }),
      ...(experts && router ? { router: { record, jitter: routerJitter(experts, router.jitter) } } : {}),
    });
    const sum = crossEntropySum(logits_MV, targets_M, 1 / lossTokens);
    if (!experts || !router || !record) return sum;
    crossEntropy = keep(sum);
    balanceLoss = keep(record.balanceLoss(batch.isToken_N, router.update));
    return add(sum, mul(balanceLoss, experts.balanceLossWeight));
  }, [...model.trainable.values()]);
  const value = crossEntropy === undefined ? found.value : await takeNumber(crossEntropy);
  const balance = balanceLoss === undefined ? 0 : await takeNumber(balanceLoss);
  return { gradients: found.gradients, value, routing: record && { balanceLoss: balance, loads_LE: await record.loads(batch.isToken_N) } };
}

/** One micro-batch of an update, as `lossGradients` will see it. */
export interface RoutedBatch extends Pick<LossOptions, 'noise' | 'adapterDropout'> { readonly batch: TrainBatch; readonly jitter: JitterKey }

/**
 * Where the routers send the tokens of all micro-batches of an update, without gradients: a forward pass of each, with the
 * noise, dropout and jitter its training pass will have.
 */
export async function routeUpdate(model: Model, batches: readonly RoutedBatch[]): Promise<RoutedUpdate> {
  const { experts, hiddenSize } = model.config;
  const records = batches.map(({ batch, noise, adapterDropout, jitter }) => {
    const record = new RoutingRecord();
    tidy(() => {
      model.hidden(batch.rows, {
        adapterDropout, router: { record, jitter: routerJitter(experts!, jitter) },
        ...(noise === undefined ? {} : { embeddingNoise_ND: tensor2d(noise.values_ND, [batch.targets_N.length, hiddenSize]) }),
      });
    });
    return record;
  });
  const loads = (await Promise.all(records.map((record, i) => record.loads(batches[i]!.batch.isToken_N)))).flat();
  const tokens = batches.reduce((sum, { batch }) => sum + batch.tokens, 0);
  return { rows: model.config.layers * tokens, assignments_E: loads.reduce((sum, load_E) => sum.map((value, e) => value + load_E[e]!)) };
}

/** Log-likelihoods of the targets of a batch, without noise or dropout and without gradients. */
export async function batchLikelihoods(model: Model, batch: TrainBatch): Promise<TokenLikelihoods> {
  let targets: Int32Array | undefined;
  const logits_MV = tidy(() => {
    const predicted = predict(model, batch);
    targets = predicted.targets_M;
    return predicted.logits_MV;
  });
  return takeLogLikelihoods(logits_MV, targets!);
}

/** Nats per loss-bearing token over the micro-batches of an update, without noise or dropout and without gradients. */
export async function quietLoss(model: Model, batches: readonly TrainBatch[]): Promise<number> {
  let nats = 0;
  let tokens = 0;
  for (const batch of batches) {
    for (const value of (await batchLikelihoods(model, batch)).logLikelihood) nats -= value;
    tokens += batch.lossTokens;
  }
  return nats / tokens;
}
