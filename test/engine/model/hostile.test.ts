// Damaged checkpoints: whatever is done to the files of a real one, loading gives a model or one clear error that names a
// file, and never asks for memory the files do not account for.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../../src/base/errors/problem';
import { loadModel, saveModel } from '../../../src/engine/model';
import { memory, openBackend } from '../../../src/engine/tensors';
import { damages, jsonDamages } from './damage';
import { fixtureFolder } from './reference';

const files = ['config.json', 'model.safetensors.index.json', 'model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const;

describe('a damaged checkpoint', () => {
  let folder: string;
  const whole = new Map<string, Buffer>();
  before(async () => {
    await openBackend('wasm');
    folder = mkdtempSync(path.join(tmpdir(), 'hostile-'));
    const model = await loadModel(fixtureFolder('mixtral-balanced'));
    await saveModel(model, folder, { dtype: 'bf16', maxShardBytes: 2 * 0.6 * model.parameterCount });
    model.dispose();
    for (const name of files) whole.set(name, readFileSync(path.join(folder, name)));
  });
  after(() => { rmSync(folder, { recursive: true }); });

  it('gives a model or one error that names a file of it, and keeps no tensor', async () => {
    let refused = 0;
    const runs = 120;
    await fc.assert(fc.asyncProperty(fc.constantFrom(...files), fc.oneof(damages, damages, jsonDamages), async (name, damage) => {
      writeFileSync(path.join(folder, name), damage(whole.get(name)!));
      const before = memory().numTensors;
      try {
        (await loadModel(folder)).dispose();
      } catch (error) {
        assert.ok(error instanceof UserError, `no user error but ${error instanceof Error ? error.stack : String(error)}`);
        assert.equal(error.problems.length, 1);
        assert.ok(error.problems[0]!.file?.startsWith(folder), error.message);
        assert.ok(error.message.length < 2000, 'a message a person can read');
        refused += 1;
      } finally {
        writeFileSync(path.join(folder, name), whole.get(name)!);
      }
      assert.equal(memory().numTensors, before);
    }), { numRuns: runs, seed: 20240914 });
    assert.ok(refused > runs / 4, `only ${refused} of ${runs} were refused`);
  });

  it('that claims a billion layers, experts or numbers is refused at once', async () => {
    const config = JSON.parse(whole.get('config.json')!.toString()) as object;
    for (const change of [{ num_hidden_layers: 1e9 }, { num_local_experts: 1e9 }, { vocab_size: 1e15 }, { hidden_size: 2 ** 40, head_dim: 6 }]) {
      writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ ...config, ...change }));
      await assert.rejects(loadModel(folder), UserError, JSON.stringify(change));
    }
  });
});
