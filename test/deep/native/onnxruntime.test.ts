// Products by onnxruntime, as `doctor --install` brings it to this machine: those of the reference, forward and backward, and
// the same losses of a training run but for rounding.
import assert from 'node:assert/strict';
import { linear, openBackend } from '../../../src/engine/tensors';
import type { Tensor2D } from '../../../src/engine/tensors';
import { initialiseModel } from '../../../src/engine/model';
import { evaluate, relativeDifference } from '../../engine/tensors/compare';
import { disposeTraining, eventsOf, tinyConfig, tinyTraining } from '../../engine/train/tiny';
import { installPart } from './install';

describe('products by onnxruntime', function () {
  this.timeout(600_000);
  before(() => { installPart('onnxruntime'); });
  after(() => openBackend('wasm'));

  it('says so', async () => {
    assert.match((await openBackend('wasm', { products: 'onnxruntime' })).device, /products by onnxruntime/);
  });

  for (const [n, i, o] of [[150, 130, 140], [1000, 64, 37], [257, 515, 129], [4, 1031, 1033]] as const) {
    it(`give what the reference gives: ${n} × ${i} × ${o}`, async () => {
      const product = (inputs: readonly unknown[]): Tensor2D => linear(inputs[0] as Tensor2D, inputs[1] as Tensor2D);
      const own = await evaluate('cpu', [[n, i], [o, i]], 3, product);
      const native = await evaluate('wasm', [[n, i], [o, i]], 3, product, { products: 'onnxruntime', threads: 2 });
      assert.ok(relativeDifference(native.value, own.value) < 2e-5);
      native.gradients.forEach((gradient, index) => { assert.ok(relativeDifference(gradient, own.gradients[index]!) < 2e-5, `gradient ${index}`); });
    });
  }

  it('train to the same losses but for rounding', async () => {
    const losses = async (products: 'own' | 'onnxruntime'): Promise<number[]> => {
      await openBackend('wasm', { products });
      const settings = tinyTraining({ plan: { steps: 8, batchSize: 8 }, model: initialiseModel({ ...tinyConfig, hiddenSize: 128, headSize: 32, intermediateSize: 256 }, 1, 0.02) });
      const found = (await eventsOf(settings)).flatMap((event) => (event.type === 'update' ? [event.loss] : []));
      disposeTraining(settings);
      return found;
    };
    const own = await losses('own');
    const native = await losses('onnxruntime');
    native.forEach((loss, step) => { assert.ok(Math.abs(loss - own[step]!) < 2e-4 * own[step]!, `step ${step}: ${loss} for ${own[step]!}`); });
    assert.notDeepEqual(native, own, 'the products were computed by the other');
  });
});
