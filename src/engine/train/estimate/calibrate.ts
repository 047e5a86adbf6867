// Times real micro-batches of a model of this shape on the backend that is open: random weights, since a product takes
// as long whatever it multiplies. A micro-batch that would take long is made smaller, which is said.
import { countParameters, initialiseAdapter, initialiseModel, parameterShapes, type LoraSettings, type ModelConfig } from '../../model';
import type { Run } from '../../../documents/run/schema';
import type { TrainBatch } from '../batch';
import { GradientSum } from '../gradient-sum';
import { lossGradients, routeUpdate } from '../loss';
import { AdamW } from '../optimiser';

export interface CalibrationShape {
  readonly batchSize: number;
  /** Tokens of a row, as most rows have them. */
  readonly length: number;
  /** Fraction of the positions that bear loss. */
  readonly lossDensity: number;
  readonly recomputeActivations?: boolean;
  readonly lora?: LoraSettings | undefined;
  /** An update has several micro-batches: those of a model with experts are routed before. */
  readonly accumulates?: boolean | undefined;
}

export interface Rate {
  /** One micro-batch of the shape asked for, forward and backward. */
  readonly microBatchMs: number;
  /** One update of the weights. */
  readonly updateMs: number;
  /** Share of that micro-batch's positions that were really computed. */
  readonly measuredFraction: number;
}

/** Multiply-adds a calibrated micro-batch may take: a few seconds of each backend. */
const mostFlops = { wasm: 1e11, cpu: 1e9, tensorflow: 4e11, webgpu: 1e10 } as const;
const enoughMs = 1500;
const mostRounds = 5;

/** @param now monotonic milliseconds. */
export async function calibrate(config: ModelConfig, optimiserSettings: Run['optimiser'], shape: CalibrationShape, backend: keyof typeof mostFlops, now: () => number): Promise<Rate> {
  const smaller = withinFlops(config, shape, mostFlops[backend]);
  const model = initialiseModel(config, 1, 0.02);
  if (shape.lora !== undefined) model.attach(initialiseAdapter(parameterShapes(config), shape.lora, 1));
  const optimiser = new AdamW(model.trainable, optimiserSettings);
  const batch = syntheticBatch(smaller, config.vocabularySize);
  const stream = { seed: 1, name: 'calibrate' };
  const micro: number[] = [];
  const updates: number[] = [];
  try {
    const startedMs = now();
    // The first round also compiles and grows the memory; it counts only when it is the only one.
    while (micro.length === 0 || (micro.length < mostRounds && now() - startedMs < enoughMs)) {
      const sum = new GradientSum();
      const fromMs = now();
      const update = config.experts !== undefined && shape.accumulates ? await routeUpdate(model, [{ batch, jitter: stream, adapterDropout: stream }]) : undefined;
      const { gradients } = await lossGradients(model, batch, batch.lossTokens, {
        router: { jitter: stream, update }, adapterDropout: stream, recomputeActivations: shape.recomputeActivations,
      });
      sum.add(gradients);
      const gradientsMs = now();
      await sum.norm();
      optimiser.update(sum.tensors, { learningRate: 0, step: micro.length + 1, gradientScale: 1 });
      sum.dispose();
      micro.push(gradientsMs - fromMs);
      updates.push(now() - gradientsMs);
    }
  } finally {
    optimiser.dispose();
    model.dispose();
  }
  const measuredFraction = (smaller.batchSize * smaller.length) / (shape.batchSize * shape.length);
  return { microBatchMs: settled(micro) / measuredFraction, updateMs: settled(updates), measuredFraction };
}

/** Median without the first, which warms up. */
function settled(durationsMs: readonly number[]): number {
  const rest = (durationsMs.length > 1 ? durationsMs.slice(1) : [...durationsMs]).sort((a, b) => a - b);
  return rest[Math.floor(rest.length / 2)]!;
}

/** 6 operations a parameter and token: 2 forward, 4 backward (Kaplan et al. 2020, section 2.1). */
function withinFlops(config: ModelConfig, shape: CalibrationShape, most: number): CalibrationShape {
  const flopsPerToken = 6 * countParameters(config);
  const tokens = Math.max(lengthFloor, Math.floor(most / flopsPerToken));
  if (shape.batchSize * shape.length <= tokens) return shape;
  const batchSize = Math.max(1, Math.floor(tokens / shape.length));
  return { ...shape, batchSize, length: Math.min(shape.length, Math.max(lengthFloor, Math.floor(tokens / batchSize))) };
}

const lengthFloor = 8;

function syntheticBatch({ batchSize, length, lossDensity }: CalibrationShape, vocabularySize: number): TrainBatch {
  const size = batchSize * length;
  const lossTokens = Math.max(1, Math.round(size * lossDensity));
  const ids_N = Int32Array.from({ length: size }, (_, n) => (n * 7919) % vocabularySize);
  return {
    rows: { ids_N, positions_N: ids_N.map((_, n) => n % length), firstKey_N: new Int32Array(size), batch: batchSize, length },
    targets_N: ids_N.map((id, n) => (n < lossTokens ? id : -1)),
    exampleLength_N: new Int32Array(size).fill(length),
    isToken_N: new Uint8Array(size).fill(1), longestRow: length + 1, tokens: size, lossTokens,
  };
}
