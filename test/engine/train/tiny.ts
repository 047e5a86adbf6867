// A model and data small enough that a training step takes milliseconds: 64 tokens, two layers, documents in which each
// token mostly decides the next.
import { RandomStream } from '../../../src/base/math/random';
import type { Run } from '../../../src/documents/run/schema';
import type { TokenShard } from '../../../src/engine/data/shard';
import { initialiseAdapter, initialiseModel, parameterShapes, type LoraSettings, type Model, type ModelConfig } from '../../../src/engine/model';
import {
  AdamW, DataPlan, documentRows, makeHeldOutSet, makeSchedule, NeftuneNoise, packedDocumentRows, train, windowRows,
  type DataPlanSettings, type TrainEvent, type TrainSettings,
} from '../../../src/engine/train';

export const tinyConfig: ModelConfig = {
  family: 'mistral', vocabularySize: 64, hiddenSize: 16, intermediateSize: 24, layers: 2, heads: 4, keyValueHeads: 2, headSize: 4,
  maxPositions: 64, ropeTheta: 10000, slidingWindow: null, normEpsilon: 1e-5, tieEmbeddings: false, eosTokenId: 0,
};

const endId = 0;
const sequenceLength = 24;

/** Documents of 5 to 30 tokens; a token follows from the one before it four times out of five. `masked` bears loss in each document's second half only. */
export function tinyShard(seed: number, documents: number, masked = false): TokenShard {
  const stream = RandomStream.of(seed, 'tiny');
  const tokens: number[] = [];
  const starts: number[] = [];
  const mask: number[] = [];
  for (let document = 0; document < documents; document++) {
    starts.push(tokens.length);
    const length = 5 + stream.integer(masked ? 20 : 26);
    let token = 1 + stream.integer(63);
    for (let i = 0; i < length; i++) {
      tokens.push(i === length - 1 ? endId : token);
      mask.push(i >= length / 2 ? 1 : 0);
      token = stream.uniform() < 0.8 ? 1 + ((token * 5 + 3) % 63) : 1 + stream.integer(63);
    }
  }
  return { tokens: Uint32Array.from(tokens), starts: Uint32Array.from(starts), lossMask: masked ? Uint8Array.from(mask) : undefined };
}

/** One character a token, so that bytes are easy to count. */
export const letterTokenizer = { decode: (ids: readonly number[]): string => ids.map((id) => (id === endId ? '' : 'x')).join('') };

export const tinyOptimiser: Run['optimiser'] = {
  name: 'adamw', learningRate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1,
};

export interface TinyOptions {
  readonly stage?: Run['stage'];
  readonly plan?: Partial<DataPlanSettings>;
  readonly optimiser?: Partial<Run['optimiser']>;
  readonly neftuneAlpha?: number;
  readonly model?: Model;
  readonly documents?: number;
  readonly packing?: 'best-fit';
  readonly recompute?: boolean;
  readonly lora?: LoraSettings;
}

export function tinyTraining(options: TinyOptions = {}): TrainSettings {
  const isFinetune = options.stage === 'finetune';
  const shard = tinyShard(1, options.documents ?? 40, isFinetune);
  const rows = options.packing === 'best-fit' ? packedDocumentRows('tiny', shard, sequenceLength) : isFinetune ? documentRows('tiny', shard, sequenceLength) : windowRows('tiny', shard, { sequenceLength, resetsAtDocuments: true });
  const plan = new DataPlan([rows], { epochs: 1, batchSize: 4, accumulationSteps: 1, seed: 1, ...options.plan });
  const model = options.model ?? initialiseModel(tinyConfig, 1, 0.02);
  if (options.lora !== undefined && model.adapter === undefined) model.attach(initialiseAdapter(parameterShapes(model.config), options.lora, 1));
  return {
    model, plan, recomputeActivations: options.recompute,
    optimiser: new AdamW(model.trainable, { ...tinyOptimiser, ...options.optimiser }),
    schedule: makeSchedule({ kind: 'cosine', warmupSteps: 2, minimumFraction: 0.1 }, tinyOptimiser.learningRate, plan.totalSteps),
    noise: options.neftuneAlpha === undefined ? undefined : new NeftuneNoise({ alpha: options.neftuneAlpha, lengthMode: 'example' }, 1),
    heldOut: { sets: [makeHeldOutSet('tiny', tinyShard(2, 10), letterTokenizer, { sequenceLength, maximumTokens: 1000 })], everySteps: 1000 },
    padId: endId, sequenceLength, start: { step: 0, tokens: 0, trainedTokens: 0 }, now: () => 0,
  };
}

export async function eventsOf(settings: TrainSettings): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of train(settings)) events.push(event);
  return events;
}

export type EventOf<Type extends TrainEvent['type']> = TrainEvent & { readonly type: Type };

export function eventsOfType<Type extends TrainEvent['type']>(events: readonly TrainEvent[], type: Type): EventOf<Type>[] {
  return events.filter((event): event is EventOf<Type> => event.type === type);
}

/** Copies of all weights, by name. */
export function weightsOf(model: Model): Map<string, Float32Array> {
  return new Map([...model.parameters, ...model.trainable].map(([name, parameter]) => [name, parameter.dataSync<'float32'>().slice()]));
}

export function disposeTraining(settings: TrainSettings): void {
  settings.optimiser.dispose();
  settings.model.dispose();
}
