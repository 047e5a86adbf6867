// Recomputed activations: the same bits as kept ones, and less memory held through the forward pass.
import assert from 'node:assert/strict';
import { initialiseAdapter, loadModel, parameterShapes, RoutingRecord, type LoraSettings, type Model } from '../../../src/engine/model';
import { add, crossEntropySum, gradients, memory, openBackend } from '../../../src/engine/tensors';
import { batchOf, fixtureFolder, loadReference, variants } from './reference';

const beside: Readonly<Record<string, Partial<LoraSettings>>> = {
  'with an adapter and dropout': {}, 'with an adapter on experts': { dropout: 0, targetModules: ['q_proj', 'gate', 'w1', 'w2', 'w3'] },
};
const lora: LoraSettings = { rank: 3, alpha: 6, dropout: 0.25, targetModules: ['q_proj', 'o_proj', 'down_proj'], rankStabilised: false };

describe('recomputed activations', () => {
  after(() => openBackend('wasm'));

  async function found(model: Model, variant: string, recomputeActivations: boolean): Promise<{ loss: number; gradients: Float32Array[]; heldBytes: number }> {
    const { reference } = await loadReference(variant);
    const { documents, targets } = reference.layouts.packed;
    const { rows, targets_N } = batchOf('packed', documents);
    let heldBytes = 0;
    const result = gradients(() => {
      const record = new RoutingRecord();
      const hidden_ND = model.hidden(rows, { recomputeActivations, adapterDropout: { seed: 1, name: 'step' }, router: { record } });
      heldBytes = memory().numBytes;
      const loss = crossEntropySum(model.logits(hidden_ND), targets_N, 1 / targets);
      return model.config.experts === undefined ? loss : add(loss, record.balanceLoss(new Uint8Array(targets_N.length).fill(1)));
    }, [...model.trainable.values()]);
    const values = result.gradients.map((gradient) => gradient.dataSync<'float32'>().slice());
    for (const gradient of result.gradients) gradient.dispose();
    return { loss: result.value, gradients: values, heldBytes };
  }

  for (const backend of ['wasm', 'cpu'] as const) {
    for (const variant of variants) {
      for (const adapted of [undefined, ...Object.keys(beside)]) {
        if (adapted?.endsWith('experts') && !variant.startsWith('mixtral')) continue;
        it(`give the same bits on ${backend} and hold less: ${variant}${adapted === undefined ? '' : ` ${adapted}`}`, async () => {
          await openBackend(backend);
          const model = await loadModel(fixtureFolder(variant));
          if (adapted !== undefined) model.attach(initialiseAdapter(parameterShapes(model.config), { ...lora, ...beside[adapted] }, 1));
          const tensors = memory().numTensors;
          const kept = await found(model, variant, false);
          const recomputed = await found(model, variant, true);
          assert.equal(memory().numTensors, tensors);
          model.dispose();
          assert.equal(recomputed.loss, kept.loss);
          assert.deepEqual(recomputed.gradients, kept.gradients);
          assert.ok(recomputed.heldBytes < 0.6 * kept.heldBytes || adapted !== undefined, `${recomputed.heldBytes} of ${kept.heldBytes} bytes`);
          assert.ok(recomputed.heldBytes < kept.heldBytes, `${recomputed.heldBytes} of ${kept.heldBytes} bytes`);
        });
      }
    }
  }
});
