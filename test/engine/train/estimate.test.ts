// The byte model of an estimate against the real heap, and what it says of settings that do not fit.
import assert from 'node:assert/strict';
import type { TrainBatch } from '../../../src/engine/train/batch';
import { initialiseAdapter, initialiseModel, parameterShapes, type ModelConfig } from '../../../src/engine/model';
import { openBackend, takeWasmPeakBytes, wasmBytesInUse } from '../../../src/engine/tensors';
import { AdamW, calibrate, fitMemory, largestThatFit, wasmLimit } from '../../../src/engine/train';
import { estimateMemory, type MemorySettings } from '../../../src/engine/train/estimate/memory';
import { GradientSum } from '../../../src/engine/train/gradient-sum';
import { lossGradients } from '../../../src/engine/train/loss';
import { tinyConfig, tinyOptimiser } from './tiny';

interface Case { readonly what: string; readonly config: ModelConfig; readonly settings: MemorySettings }

function config(part: Partial<ModelConfig>): ModelConfig {
  return { ...tinyConfig, maxPositions: 4096, ...part };
}

const plain = { accumulationSteps: 1, noise: false };
const cases: readonly Case[] = [
  {
    what: 'a balanced model', settings: { batchSize: 16, sequenceLength: 64, ...plain },
    config: config({ vocabularySize: 1200, hiddenSize: 128, intermediateSize: 384, heads: 4, keyValueHeads: 2, headSize: 32 }),
  },
  {
    what: 'noise and a sum of gradients', settings: { batchSize: 16, sequenceLength: 64, accumulationSteps: 2, noise: true },
    config: config({ vocabularySize: 1200, hiddenSize: 128, intermediateSize: 384, heads: 4, keyValueHeads: 2, headSize: 32 }),
  },
  {
    what: 'many layers', settings: { batchSize: 4, sequenceLength: 128, ...plain },
    config: config({ vocabularySize: 500, hiddenSize: 96, intermediateSize: 256, layers: 8, heads: 6, keyValueHeads: 3, headSize: 16 }),
  },
  {
    what: 'weights that outweigh activations, a tied head, few answers', settings: { batchSize: 2, sequenceLength: 32, lossPositions: 20, ...plain },
    config: config({ vocabularySize: 6000, hiddenSize: 192, intermediateSize: 512, layers: 4, heads: 6, keyValueHeads: 6, headSize: 32, tieEmbeddings: true }),
  },
  {
    what: 'long sequences', settings: { batchSize: 4, sequenceLength: 512, ...plain },
    config: config({ vocabularySize: 300, hiddenSize: 64, intermediateSize: 128, heads: 8, keyValueHeads: 2, headSize: 8 }),
  },
  {
    what: 'experts', settings: { batchSize: 8, sequenceLength: 64, ...plain },
    config: config({
      family: 'mixtral', vocabularySize: 800, hiddenSize: 128, intermediateSize: 256, heads: 4, keyValueHeads: 2, headSize: 32,
      experts: { count: 4, perToken: 2, balanceLossWeight: 0, routerJitter: 0 },
    }),
  },
  {
    what: 'a large vocabulary, loss on answers only', settings: { batchSize: 8, sequenceLength: 64, lossPositions: 200, ...plain },
    config: config({ vocabularySize: 12000, hiddenSize: 64, intermediateSize: 128, heads: 4, keyValueHeads: 2, headSize: 16 }),
  },
];

const everyLayer = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];
const ways: Readonly<Record<string, Partial<MemorySettings>>> = {
  'recomputed activations': { recomputeActivations: true },
  'an adapter on every layer': { lora: { rank: 16, dropout: 0, targetModules: everyLayer } },
  'an adapter on two, as usual': { lora: { rank: 8, dropout: 0, targetModules: ['q_proj', 'v_proj'] } },
  'an adapter with dropout': { lora: { rank: 16, dropout: 0.1, targetModules: everyLayer } },
  'an adapter with recomputed activations': { lora: { rank: 16, dropout: 0.1, targetModules: everyLayer }, recomputeActivations: true },
};
const otherWays = cases.filter((_, index) => index % 2 === 0 || index === 5).flatMap(({ what, config: shape, settings }) => Object.entries(ways).map(([how, change]): Case => ({ what: `${how}: ${what}`, config: shape, settings: { ...settings, ...change } })));
const expertTargets = ['q_proj', 'gate', 'experts.gate_up_proj', 'experts.down_proj'];
const adaptedExperts = [false, true].map((recomputeActivations): Case => ({
  what: `an adapter on experts${recomputeActivations ? ', recomputed activations' : ''}`, config: cases[5]!.config,
  settings: { ...cases[5]!.settings, recomputeActivations, lora: { rank: 8, dropout: 0, targetModules: expertTargets } },
}));

/** The most the heap held during one update, beyond what was there before. */
async function realPeakBytes({ config: shape, settings }: Case): Promise<number> {
  const before = wasmBytesInUse();
  const model = initialiseModel(shape, 1, 0.02);
  if (settings.lora !== undefined) model.attach(initialiseAdapter(parameterShapes(shape), { alpha: 8, rankStabilised: false, ...settings.lora }, 1));
  const optimiser = new AdamW(model.trainable, tinyOptimiser);
  const batch = makeBatch(shape, settings);
  const noise = settings.noise ? { values_ND: new Float32Array(batch.targets_N.length * shape.hiddenSize), meanNorm: 0, meanMagnitude: 0 } : undefined;
  const sum = new GradientSum();
  const stream = { seed: 1, name: 'estimate' };
  const how = { recomputeActivations: settings.recomputeActivations, adapterDropout: stream, router: { jitter: stream } };
  takeWasmPeakBytes();
  for (let i = 0; i < settings.accumulationSteps; i++) sum.add((await lossGradients(model, batch, batch.lossTokens, { noise, ...how })).gradients);
  optimiser.update(sum.tensors, { learningRate: 0.01, step: 1, gradientScale: 1 });
  const peak = takeWasmPeakBytes() - before;
  sum.dispose();
  optimiser.dispose();
  model.dispose();
  return peak;
}

function makeBatch({ vocabularySize }: ModelConfig, { batchSize, sequenceLength, lossPositions }: MemorySettings): TrainBatch {
  const size = batchSize * sequenceLength;
  const ids_N = Int32Array.from({ length: size }, (_, n) => (n * 7919) % vocabularySize);
  const bearing = lossPositions ?? size;
  return {
    rows: { ids_N, positions_N: ids_N.map((_, n) => n % sequenceLength), firstKey_N: new Int32Array(size), batch: batchSize, length: sequenceLength },
    targets_N: ids_N.map((id, n) => (n < bearing ? id : -1)), exampleLength_N: new Int32Array(size).fill(sequenceLength), isToken_N: new Uint8Array(size).fill(1), longestRow: sequenceLength + 1, tokens: size, lossTokens: bearing,
  };
}

describe('an estimate of training', () => {
  before(() => openBackend('wasm', { threads: 1 })); // each thread has scratch of its own
  after(() => openBackend('wasm'));

  for (const one of [...cases, ...otherWays, ...adaptedExperts]) {
    // Never below, or a run would be let go that cannot fit; above by what small tensors and scratch make up in small models.
    it(`knows the peak of the heap within 10 % above and 1 % below: ${one.what}`, async () => {
      const real = await realPeakBytes(one);
      const ratio = estimateMemory(one.config, one.settings).peakBytes / real;
      assert.ok(ratio > 0.99 && ratio < 1.1, `estimated ${ratio.toFixed(3)} of the real ${real}`);
    });
  }

  it('names the largest micro-batch and sequence that fit: they do, and one more does not', () => {
    const shape = config({ vocabularySize: 32000, hiddenSize: 256, intermediateSize: 768, layers: 6, heads: 8, keyValueHeads: 8, headSize: 32 });
    const settings = { batchSize: 256, sequenceLength: 512, ...plain };
    const fits = (change: Partial<MemorySettings>): boolean => fitMemory(shape, { ...settings, ...change }, wasmLimit).fits;
    assert.equal(fits({}), false);
    const { batchSize, sequenceLength } = largestThatFit(shape, settings, wasmLimit);
    assert.ok(batchSize !== undefined && sequenceLength !== undefined);
    assert.deepEqual([fits({ batchSize }), fits({ batchSize: batchSize + 1 })], [true, false]);
    assert.deepEqual([fits({ sequenceLength }), fits({ sequenceLength: sequenceLength + 8 })], [true, false]);
  });

  it('offers recomputed activations where they are what it takes, and not where they are there or would not do', () => {
    const deep = config({ vocabularySize: 4000, hiddenSize: 256, intermediateSize: 768, layers: 12, heads: 8, keyValueHeads: 8, headSize: 32 });
    const offered = (settings: MemorySettings): true | undefined => largestThatFit(deep, settings, wasmLimit).recomputeActivations;
    const settings = { batchSize: 32, sequenceLength: 512, ...plain };
    assert.deepEqual([fitMemory(deep, settings, wasmLimit).fits, fitMemory(deep, { ...settings, recomputeActivations: true }, wasmLimit).fits], [false, true]);
    assert.equal(offered(settings), true);
    assert.equal(offered({ ...settings, batchSize: 2048 }), undefined);
    assert.equal(offered({ ...settings, batchSize: 2048, recomputeActivations: true }), undefined);
  });

  it('offers nothing when the weights alone are too large', () => {
    const huge = config({ vocabularySize: 32000, hiddenSize: 4096, intermediateSize: 14336, layers: 32, heads: 32, keyValueHeads: 8, headSize: 128 });
    assert.deepEqual(largestThatFit(huge, { batchSize: 8, sequenceLength: 512, ...plain }, wasmLimit), {});
  });

  it('times real micro-batches, smaller ones of a model that takes long, and leaves nothing on the heap', async () => {
    let nowMs = 0;
    const now = (): number => (nowMs += 400);
    const before = wasmBytesInUse();
    const small = await calibrate(tinyConfig, tinyOptimiser, { batchSize: 2, length: 16, lossDensity: 0.5 }, 'wasm', now);
    assert.deepEqual(small, { microBatchMs: 400, updateMs: 400, measuredFraction: 1 });
    const wide = config({ vocabularySize: 500, hiddenSize: 512, intermediateSize: 1024, heads: 4, keyValueHeads: 4, headSize: 128 });
    const large = await calibrate(wide, tinyOptimiser, { batchSize: 64, length: 512, lossDensity: 1 }, 'cpu', now);
    assert.ok(large.measuredFraction > 0 && large.measuredFraction < 0.5, String(large.measuredFraction));
    assert.equal(large.microBatchMs, 400 / large.measuredFraction);
    assert.ok(wasmBytesInUse() - before < 2 ** 20);
  });
});
