// Parity of adapters with PEFT, from its own files: logits, every gradient, five AdamW steps, merged weights; and its files,
// read, written and refused.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { UserError } from '../../../src/base/errors/problem';
import {
  initialiseAdapter, LoraAdapter, loadModel, modelHash, parameterShapes, readAdapter, readModelConfig, readSafetensors, saveAdapter, type Model, type StoredTensor,
} from '../../../src/engine/model';
import { memory, openBackend, tensor, tidy } from '../../../src/engine/tensors';
import { batchOf, fixtureFolder, largestDifference, largestMagnitude } from '../model/reference';
import { baseOf, folderOf, logitsLimit, openVariant, testAdapters, variants } from './adapters';

function logitsOf(model: Model, documents: readonly number[][]): Float32Array {
  return tidy(() => model.logits(model.hidden(batchOf('plain', documents.map((ids) => [ids])).rows)).dataSync<'float32'>().slice());
}

for (const backend of ['wasm', 'cpu'] as const) testAdapters(backend);

describe('a low-rank adapter against PEFT', () => {
  after(() => openBackend('wasm'));

  describe('in files', () => {
    let folder: string;
    before(() => openBackend('wasm'));
    beforeEach(async () => { folder = await mkdtemp(path.join(os.tmpdir(), 'preclinical-lora-')); });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    /** An adapter folder of PEFT at a place of its own, with changed settings. */
    async function copyOf(variant: string, changes: Readonly<Record<string, unknown>>): Promise<string> {
      const copy = path.join(folder, variant);
      await cp(folderOf(variant), copy, { recursive: true });
      const file = path.join(copy, 'adapter_config.json');
      const config = JSON.parse(await readFile(file, 'utf8')) as object;
      await writeFile(file, JSON.stringify({ ...config, base_model_name_or_path: baseOf(variant), ...changes }));
      return copy;
    }

    for (const variant of variants) {
      it(`merges to PEFT's merged weights when its folder is opened as a model: ${variant}`, async () => {
        const merged = await loadModel(folderOf(variant));
        const { model, reference } = await openVariant(variant);
        assert.ok(largestDifference(logitsOf(merged, reference.documents), logitsOf(model, reference.documents)) < logitsLimit);
        assert.equal(merged.adapter, undefined);
        merged.dispose();
        model.dispose();
      });

      it(`merges after training as PEFT does: ${variant}`, async () => {
        const { tensors } = await openVariant(variant).then(({ model, ...rest }) => { model.dispose(); return rest; });
        const shapes = parameterShapes(await readModelConfig(baseOf(variant)));
        const adapter = await readAdapter(folderOf(variant), shapes);
        for (const [name, parameter] of adapter.parameters) tidy(() => { parameter.assign(tensorOf(tensors.get(`after.${name}`)!)); });
        await saveAdapter(adapter, folder, baseOf(variant));
        adapter.dispose();
        const merged = await loadModel(folder);
        let changed = 0;
        for (const [name, { data }] of tensors) {
          if (!name.startsWith('merged.')) continue;
          changed += 1;
          assert.ok(largestDifference(merged.parameters.get(name.slice('merged.'.length))!.dataSync(), data) < 1e-6, name);
        }
        assert.ok(changed > 0);
        merged.dispose();
      });

      it(`is written as it was read: ${variant}`, async () => {
        const { model } = await openVariant(variant);
        await saveAdapter(model.adapter!, folder, 'base');
        const [written, original] = [await readSafetensors(path.join(folder, 'adapter_model.safetensors')), await readSafetensors(path.join(folderOf(variant), 'adapter_model.safetensors'))];
        assert.deepEqual(new Map([...written.tensors].sort()), new Map([...original.tensors].sort()));
        const config = async (at: string): Promise<Record<string, unknown>> => JSON.parse(await readFile(path.join(at, 'adapter_config.json'), 'utf8')) as Record<string, unknown>;
        const [ours, theirs] = [await config(folder), await config(folderOf(variant))];
        for (const key of Object.keys(ours).filter((key) => key !== 'base_model_name_or_path' && !key.startsWith('target_'))) {
          assert.ok(key in theirs, `PEFT has no ${key}`);
          assert.deepEqual(ours[key], theirs[key], key);
        }
        assert.deepEqual(new Set(ours['target_modules'] as string[]), new Set(theirs['target_modules'] as string[]));
        // PEFT may name parameters by their last name alone.
        const parameters = (config: Record<string, unknown>): string[] => ((config['target_parameters'] ?? []) as string[]).map((name) => name.replace('experts.', '')).sort();
        assert.deepEqual(parameters(ours), parameters(theirs));
        model.dispose();
      });
    }

    it('reads pairs beside each linear layer of each expert, as they were written before, and computes what PEFT does after its conversion', async () => {
      const { model, reference, tensors } = await openVariant('lora-experts-separate');
      assert.ok(largestDifference(logitsOf(model, reference.documents), tensors.get('logits')!.data) < logitsLimit);
      await saveAdapter(model.adapter!, folder, fixtureFolder('mixtral-balanced'));
      model.dispose();
      for (const at of [folder, folderOf('lora-experts-separate')]) {
        const merged = await loadModel(at);
        assert.ok(largestDifference(logitsOf(merged, reference.documents), tensors.get('logits')!.data) < logitsLimit);
        merged.dispose();
      }
    });

    const refusedOfExperts: readonly (readonly [string, string, Readonly<Record<string, unknown>>, string, string])[] = [
      ['w1 without w3', 'lora-experts-separate', { target_modules: ['v_proj', 'w1', 'w2'] }, 'adapter-config', 'target_modules'],
      ['dropout before experts', 'lora-experts', { lora_dropout: 0.1 }, 'adapter-config', 'lora_dropout'],
      ['another rank for one parameter', 'lora-experts', { rank_pattern: { '.*\\.gate_up_proj': 4 }, alpha_pattern: { '.*\\.gate_up_proj': 4 } }, 'adapter-config', 'rank_pattern'],
      ['a pair of one expert that is missing', 'lora-experts-separate', { target_modules: ['v_proj', 'w1', 'w2', 'w3', 'gate'] }, 'adapter-mismatch', 'base_model.model.model.layers.0.mlp.gate.lora_A.weight'],
      ['parameters it does not know', 'lora-experts', { target_parameters: ['experts.bias'] }, 'adapter-config', 'target_parameters'],
    ];
    for (const [what, variant, changes, code, key] of refusedOfExperts) {
      it(`refuses ${what}, by file and key`, async () => {
        await assert.rejects(loadModel(await copyOf(variant, changes)), (error) => {
          assert.ok(error instanceof UserError);
          assert.deepEqual([error.problems[0]!.code, error.problems[0]!.key], [code, key]);
          return true;
        });
      });
    }

    it('has a hash of its own, of base and adapter', async () => {
      const hashes = await Promise.all([...variants.map((variant) => modelHash(folderOf(variant))), modelHash(fixtureFolder('window'))]);
      assert.equal(new Set(hashes).size, variants.length + 1);
      assert.equal(await modelHash(await copyOf('lora-plain', {})), hashes[0]);
      assert.notEqual(await modelHash(await copyOf('lora-plain', { lora_alpha: 6 })), hashes[0]);
    });

    const refusals: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
      ['a kind it does not know', { peft_type: 'IA3' }, 'adapter-config'],
      ['DoRA', { use_dora: true }, 'adapter-config'],
      ['ranks by pattern', { rank_pattern: { q_proj: 2 } }, 'adapter-config'],
      ['weights changed at the start', { init_lora_weights: 'pissa' }, 'adapter-config'],
      ['biases', { bias: 'all' }, 'adapter-config'],
      ['another rank than its tensors have', { r: 5 }, 'adapter-mismatch'],
      ['targets its tensors lack', { target_modules: ['q_proj', 'v_proj', 'down_proj', 'k_proj'] }, 'adapter-mismatch'],
      ['fewer targets than tensors', { target_modules: ['q_proj'] }, 'adapter-mismatch'],
      ['a base that is not there', { base_model_name_or_path: 'no/such/model' }, 'adapter-base-missing'],
      ['itself as base', { base_model_name_or_path: '.' }, 'adapter-base-missing'],
    ];
    for (const [what, changes, code] of refusals) {
      it(`refuses ${what}, by file and key, and leaves no tensor behind`, async () => {
        const copy = await copyOf('lora-plain', changes);
        const before = memory().numTensors;
        await assert.rejects(loadModel(copy), (error) => {
          assert.ok(error instanceof UserError);
          const problem = error.problems[0]!;
          assert.equal(problem.code, code);
          assert.ok(problem.file?.startsWith(copy));
          assert.ok(problem.key !== undefined);
          return true;
        });
        assert.equal(memory().numTensors, before);
      });
    }
  });

  it('changes nothing when new, and trains only what it targets', async () => {
    await openBackend('wasm');
    const { model: plain, reference } = await openVariant('lora-plain');
    const model = await loadModel(fixtureFolder('window'));
    const before = logitsOf(model, reference.documents);
    model.attach(initialiseAdapter(parameterShapes(model.config), { rank: 2, alpha: 4, dropout: 0, targetModules: ['q_proj'], rankStabilised: false }, 1));
    assert.deepEqual(logitsOf(model, reference.documents), before);
    assert.equal(model.trainable.size, 2 * model.config.layers);
    assert.ok(model.adapter instanceof LoraAdapter);
    const bound = 1 / Math.sqrt(model.config.hiddenSize);
    const a = [...model.trainable.values()][0]!.dataSync();
    assert.ok(largestMagnitude(a) <= bound && largestMagnitude(a) > 0.9 * bound);
    model.dispose();
    plain.dispose();
  });
});

function tensorOf({ data, shape }: StoredTensor): ReturnType<typeof tensor> {
  return tensor(data, [...shape]);
}
