// Damaged adapters and checkpoints of runs: whatever is done to their files, they open, are passed over as not whole, or
// are one clear error that names a file; and a checkpoint beside them stays as it was.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../../src/base/errors/problem';
import { runSchema } from '../../../src/documents/run/schema';
import { loadModel, parameterShapes, readAdapter, readModelConfig } from '../../../src/engine/model';
import { packageRoot } from '../../../src/engine/parts/assets';
import { memory, openBackend } from '../../../src/engine/tensors';
import { newestCheckpoint, readMoments, writeCheckpoint } from '../../../src/engine/train';
import { damages, jsonDamages } from '../model/damage';
import { fixtureFolder } from '../model/reference';
import { disposeTraining, tinyTraining } from './tiny';

/** The same damages in every run of the tests: which they are is not left to chance. */
const seed = 20240914;

/** One error of a person's size that names a file under the folder. */
function assertClear(error: unknown, folder: string): void {
  assert.ok(error instanceof UserError, `no user error but ${error instanceof Error ? error.stack : String(error)}`);
  assert.equal(error.problems.length, 1);
  assert.ok(error.problems[0]!.file?.startsWith(folder), error.message);
  assert.ok(error.problems[0]!.next !== undefined && error.message.length < 2000);
}

describe('damaged files', () => {
  let folder: string;
  before(() => openBackend('wasm'));
  beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'damaged-')); });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  for (const variant of ['lora-plain', 'lora-experts', 'lora-experts-separate']) {
    it(`of an adapter open or are one error, and keep no tensor: ${variant}`, async () => {
      const base = fixtureFolder(variant === 'lora-plain' ? 'window' : variant === 'lora-experts' ? 'mixtral-skewed' : 'mixtral-balanced');
      const whole = path.join(packageRoot, 'test/fixtures/training', variant);
      const shapes = parameterShapes(await readModelConfig(base));
      let refused = 0;
      await fc.assert(fc.asyncProperty(fc.oneof(fc.tuple(fc.constant('adapter_model.safetensors'), damages), fc.tuple(fc.constant('adapter_config.json'), fc.oneof(damages, jsonDamages))), async ([name, damage]) => {
        const copy = path.join(folder, 'adapter');
        rmSync(copy, { recursive: true, force: true });
        cpSync(whole, copy, { recursive: true });
        writeFileSync(path.join(copy, name), damage(readFileSync(path.join(whole, name))));
        const before = memory().numTensors;
        try {
          (await readAdapter(copy, shapes)).dispose();
        } catch (error) {
          assertClear(error, copy);
          refused += 1;
        }
        assert.equal(memory().numTensors, before);
      }), { numRuns: 80, seed });
      assert.ok(refused > 20, `${refused} refused`);
    });
  }

  it('of a run\'s checkpoint are passed over for the one before, or are one error, which both stay as they were', async () => {
    const settings = tinyTraining();
    const { model: weights, optimiser, plan } = settings;
    const checkpoints = path.join(folder, 'checkpoints');
    for (const step of [3, 6]) {
      await writeCheckpoint(checkpoints, {
        model: weights, optimiser, tokenizerFolder: folder,
        origin: { schema: 1, preclinical: '0.0.0', job: 'job', run: 'tiny', stage: 'pretrain', egress: 'allowed', phi: 'none', mix: { name: 'tiny', hash: '0123456789ab' }, tokenizerHash: 'ff' },
        state: {
          schema: 1, step, totalSteps: plan.totalSteps, tokens: 1, trainedTokens: 1, position: plan.position(step), randomStates: {}, backend: 'wasm', mixHash: 'hash', tokenizerHash: 'ff',
          run: runSchema.parse({ name: 'tiny', stage: 'pretrain', base: 'base', data: 'tiny.mix.yaml', batchSize: 3, optimiser: { learningRate: 0.01 } }),
        },
      });
    }
    const newest = path.join(checkpoints, 'step-6');
    const files = readdirSync(newest).filter((name) => /trainer_state|optimizer|model\.safetensors|config\.json/.test(name));
    const contents = new Map(files.map((name) => [name, readFileSync(path.join(newest, name))]));
    const earlier = snapshotOf(path.join(checkpoints, 'step-3'));
    const seen = { whole: 0, passedOver: 0, refused: 0 };
    await fc.assert(fc.asyncProperty(fc.constantFrom(...files), fc.oneof(damages, jsonDamages), async (name, damage) => {
      const before = memory().numTensors;
      writeFileSync(path.join(newest, name), damage(contents.get(name)!));
      try {
        const { found, broken } = await newestCheckpoint(checkpoints);
        assert.ok(found !== undefined);
        seen[broken.length === 0 ? 'whole' : 'passedOver'] += 1;
        const model = await loadModel(found.folder);
        try {
          for (const { first, second } of (await readMoments(found.folder, model.parameters)).values()) { first.dispose(); second.dispose(); }
        } finally {
          model.dispose();
        }
      } catch (error) {
        assertClear(error, folder);
        seen.refused += 1;
      } finally {
        writeFileSync(path.join(newest, name), contents.get(name)!);
      }
      assert.equal(memory().numTensors, before);
    }), { numRuns: 100, seed });
    assert.ok(Object.values(seen).every((times) => times > 0), JSON.stringify(seen));
    assert.deepEqual(snapshotOf(path.join(checkpoints, 'step-3')), earlier);
    disposeTraining(settings);
  });
});

function snapshotOf(folder: string): Map<string, Buffer> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name))]));
}
