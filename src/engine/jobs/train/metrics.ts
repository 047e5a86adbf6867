// The loop's events as metrics of the job, with throughput over the steps since the last ones written.
import { metricToJson, type MetricValue } from '../../../protocol/events';
import type { JobContext } from '../../../runs/job-context';
import type { MixManifest } from '../../data/shard';
import { measureLoads, type Routing, type TrainEvent, type TrainProgress } from '../../train';
import { DomainLosses } from './domain-losses';

export class MetricsReporter {
  #tokens = 0;
  #durationMs = 0;

  readonly #domains: DomainLosses;

  constructor(readonly context: JobContext, readonly logEverySteps: number, readonly totalSteps: number, heldOut: MixManifest['heldOut']) {
    this.#domains = new DomainLosses(heldOut);
  }

  report(event: TrainEvent): void {
    if (event.type === 'update') this.#update(event);
    if (event.type === 'heldOut') {
      const { name, measured } = event;
      this.#emit(event.progress, { [`heldout/${name}/loss`]: measured.loss, [`heldout/${name}/bitsPerByte`]: measured.bitsPerByte, ...this.#domains.take(event.progress.step, name, measured) });
    }
  }

  #update(event: TrainEvent & { readonly type: 'update' }): void {
    this.#tokens += event.updateTokens;
    this.#durationMs += event.durationMs;
    const { step, trainedTokens } = event.progress;
    if (event.quietLoss !== undefined) this.#emit(event.progress, { 'train/lossWithoutNoise': event.quietLoss });
    if (step !== 1 && step % this.logEverySteps !== 0 && step !== this.totalSteps) return;
    this.#emit(event.progress, {
      'train/loss': event.loss,
      'train/learningRate': event.learningRate,
      'train/gradientNorm': event.gradientNorm,
      'train/tokensPerSecond': this.#tokens / (this.#durationMs / 1000),
      'train/trainedTokens': trainedTokens,
      ...(event.routing === undefined ? {} : routingMetrics(event.routing)),
      ...(event.noise === undefined ? {} : { 'neftune/noiseNorm': event.noise.norm, 'neftune/magnitude': event.noise.magnitude }),
    });
    this.#tokens = 0;
    this.#durationMs = 0;
  }

  #emit({ step, tokens }: TrainProgress, values: Readonly<Record<string, number>>): void {
    const metrics: Record<string, MetricValue> = {};
    for (const [name, value] of Object.entries(values)) metrics[name] = metricToJson(value);
    this.context.emit({ type: 'metrics', step, tokens, metrics });
  }
}

/** Another engine tells no loads. */
function routingMetrics({ balanceLoss, loads_LE }: Routing): Record<string, number> {
  if (loads_LE.length === 0) return { 'router/balanceLoss': balanceLoss };
  const { largestShare, smallestEntropy } = measureLoads(loads_LE);
  return { 'router/balanceLoss': balanceLoss, 'router/largestShare': largestShare, 'router/smallestEntropy': smallestEntropy };
}
