// The webgpu backend on software Vulkan: parity with transformers, experts and all, operations against the reference, scoring,
// without one synchronous read; what a training step starts and holds there.
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import { dispatchesPerStep } from '../../../src/engine/cli/probe/backend';
import { createLikelihoodModel } from '../../../src/engine/inference';
import type { ModelConfig } from '../../../src/engine/model';
import { attention, openBackend, tidy, type Tensor3D } from '../../../src/engine/tensors';
import { testParity } from '../../engine/model/parity';
import { testAdapters } from '../../engine/train/adapters';
import { makeCheckpoint } from '../../engine/inference/checkpoint';
import { normal } from '../../engine/tensors/compare';
import { installPart } from './install';
import { testOperations } from './operations';
import { testTraining } from './runs';

describe('the webgpu backend', function () {
  this.timeout(1_800_000);
  before(() => { installPart('webgpu'); });
  after(() => openBackend('wasm'));
  testParity('webgpu');
  testAdapters('webgpu');
  testOperations('webgpu');
  testTraining('webgpu', /WebGPU/, 12, 1e-4);

  it('scores continuations, one by one and over a shared beginning, as wasm does', async () => {
    const shared = 'The patient was given aspirin for the pain in the chest and ';
    const requests = ['A', 'B', 'no answer', ''].flatMap((context) => [' yes', ' no', ' perhaps.'].map((continuation) => ({ context: context === '' ? '' : shared + context, continuation })));
    const scores = async (backend: 'wasm' | 'webgpu'): Promise<readonly { logLikelihood: number; isGreedy: boolean }[]> => {
      const checkpoint = await makeCheckpoint(backend);
      const found = await createLikelihoodModel(checkpoint).logLikelihood(requests);
      checkpoint.model.dispose();
      return found;
    };
    const [expected, found] = [await scores('wasm'), await scores('webgpu')];
    found.forEach(({ logLikelihood, isGreedy }, index) => {
      const { logLikelihood: own, isGreedy: ownGreedy } = expected[index]!;
      assert.ok(Math.abs(logLikelihood - own) < 1e-5 * Math.max(1, -own), `${logLikelihood} for ${own}`);
      assert.equal(isGreedy, ownGreedy);
    });
  });

  it('attends to 2,048 keys in less memory than a score for each would take', async () => {
    await openBackend('webgpu');
    const length = 2048;
    const allocated = (): number => (tf.memory() as unknown as { numBytesAllocatedInGPU: number }).numBytesAllocatedInGPU;
    const x = normal(1, [length, 1, 8]) as Tensor3D;
    await x.data();
    const before = allocated();
    const y = tidy(() => attention(x, x, x, { batch: 1, firstKey_N: new Int32Array(length) }));
    await y.data();
    assert.ok(allocated() - before < length * length, `${allocated() - before} bytes`);
    tf.dispose([x, y]);
  });

  const four = {
    vocabularySize: 64, hiddenSize: 32, intermediateSize: 64, layers: 4, heads: 4, keyValueHeads: 2, headSize: 8, maxPositions: 32, ropeTheta: 10_000, slidingWindow: null,
    normEpsilon: 1e-5, tieEmbeddings: false, eosTokenId: 0,
  };
  const models: readonly (readonly [ModelConfig, number])[] = [
    [{ ...four, family: 'mistral' }, 280],
    [{ ...four, family: 'mixtral', experts: { count: 4, perToken: 2, balanceLossWeight: 0.01, routerJitter: 0 } }, 600],
  ];
  for (const [config, most] of models) {
    it(`starts at most ${most} programs for a training step of four layers: ${config.family}`, async () => {
      await openBackend('webgpu');
      const programs = await dispatchesPerStep(config);
      console.log(`        ${programs} programs`);
      assert.ok(programs > 100 && programs <= most, `${programs} programs`);
    });
  }
});
