// Noise on the embeddings enters where NEFTune wants it: added to what was looked up, before the first layer.
import assert from 'node:assert/strict';
import { loadModel, plainRows } from '../../../src/engine/model';
import { openBackend, tensor2d, tidy } from '../../../src/engine/tensors';
import { fixtureFolder, largestDifference } from './reference';

it('noise on the embeddings does what changing the embedding of each token would do', async () => {
  await openBackend('wasm');
  const model = await loadModel(fixtureFolder('window'));
  const ids = [7, 3, 20, 41]; // each once, so that a row of the table is a row of the batch
  const D = model.config.hiddenSize;
  const noise = Float32Array.from({ length: ids.length * D }, (_, i) => 0.3 * Math.sin(i));
  const noisy = tidy(() => model.hidden(plainRows([ids]), { embeddingNoise_ND: tensor2d(noise, [ids.length, D]) }).dataSync());
  const plain = tidy(() => model.hidden(plainRows([ids])).dataSync());

  const table = model.parameters.get('model.embed_tokens.weight')!;
  const changed = Float32Array.from(table.dataSync());
  ids.forEach((id, row) => { for (let d = 0; d < D; d++) changed[id * D + d]! += noise[row * D + d]!; });
  tidy(() => { table.assign(tensor2d(changed, [model.config.vocabularySize, D])); });
  const expected = tidy(() => model.hidden(plainRows([ids])).dataSync());
  model.dispose();
  assert.ok(largestDifference(noisy, expected) < 1e-6);
  assert.ok(largestDifference(noisy, plain) > 1e-2);
});
