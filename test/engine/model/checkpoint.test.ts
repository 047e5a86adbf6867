// Checkpoint folders: saved and loaded, in one file or several, and refused when config and weights do not belong together.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '../../../src/base/errors/problem';
import { loadModel, modelHash, plainRows, readSafetensors, readStopTokens, saveModel, writeSafetensors, type Model, type StoredTensor } from '../../../src/engine/model';
import { memory, openBackend, tidy } from '../../../src/engine/tensors';
import { fixtureFolder, largestDifference } from './reference';

describe('a checkpoint folder', () => {
  let folder: string;
  let weights: string;
  before(async () => { await openBackend('wasm'); });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'checkpoint-'));
    weights = path.join(folder, 'model.safetensors');
    for (const name of ['config.json', 'generation_config.json', 'model.safetensors']) cpSync(path.join(fixtureFolder('window'), name), path.join(folder, name));
  });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  const logits = async (from: string): Promise<Float32Array> => {
    const model = await loadModel(from);
    const values = tidy(() => model.logits(model.hidden(plainRows([[3, 14, 15, 9, 26]]))).dataSync<'float32'>());
    model.dispose();
    return values;
  };
  const withModel = async (use: (model: Model) => Promise<void>): Promise<void> => {
    const model = await loadModel(folder);
    await use(model);
    model.dispose();
  };
  const changeConfig = (change: Record<string, unknown>): void => {
    const file = path.join(folder, 'config.json');
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...change }));
  };
  const refusal = async (): Promise<UserError['problems'][0] & object> => {
    const before = memory().numTensors;
    const error = await loadModel(folder).then(() => undefined, (reason: unknown) => reason);
    assert.equal(memory().numTensors, before, 'a failed load keeps tensors');
    assert.ok(error instanceof UserError, `no user error but ${String(error)}`);
    return error.problems[0]!;
  };

  it('saved in f32 computes the same to the last bit, and a copy has the same hash', async () => {
    const other = path.join(folder, 'saved');
    await withModel((model) => saveModel(model, other, { dtype: 'f32' }));
    assert.deepEqual(readdirSync(other).sort(), ['config.json', 'generation_config.json', 'model.safetensors']);
    assert.deepEqual(await logits(other), await logits(folder));
    const again = path.join(folder, 'again');
    cpSync(other, again, { recursive: true });
    assert.equal(await modelHash(again), await modelHash(other));
    assert.deepEqual(await readStopTokens(other), [2]);
  });

  it('saved in bf16 is half as large and nearly the same', async () => {
    const other = path.join(folder, 'saved');
    await withModel((model) => saveModel(model, other, { dtype: 'bf16' }));
    const bytes = (file: string): number => readFileSync(file).length;
    assert.ok(bytes(path.join(other, 'model.safetensors')) < 0.6 * bytes(weights));
    // bf16 keeps 8 bits: each weight moves by at most 2^-9 of itself, logits of about 4 by a few hundredths.
    const difference = largestDifference(await logits(other), await logits(folder));
    assert.ok(difference > 0 && difference < 0.1, `differs by ${difference}`);
  });

  const splitFolder = async (): Promise<{ expected: Float32Array; shards: string[]; index: string }> => {
    const expected = await logits(folder);
    await withModel(async (model) => {
      rmSync(weights);
      await saveModel(model, folder, { dtype: 'f32', maxShardBytes: 9000 });
    });
    const shards = readdirSync(folder).filter((name) => /^model-0000\d-of-0000\d\.safetensors$/.test(name)).sort();
    return { expected, shards, index: path.join(folder, 'model.safetensors.index.json') };
  };

  it('is split into shards of at most the size asked for, with the index transformers reads', async () => {
    const { expected, shards, index } = await splitFolder();
    assert.deepEqual(shards.length, 5);
    assert.ok(shards.every((name) => readFileSync(path.join(folder, name)).length < 9000 + 2000), 'header and tensors of each');
    const { metadata, weight_map: map } = JSON.parse(readFileSync(index, 'utf8')) as { metadata: object; weight_map: Record<string, string> };
    await withModel((model) => {
      assert.deepEqual(metadata, { total_parameters: model.parameterCount, total_size: 4 * model.parameterCount });
      assert.deepEqual(Object.keys(map), [...model.parameters.keys()]);
      return Promise.resolve();
    });
    assert.deepEqual([...new Set(Object.values(map))], shards);
    assert.deepEqual(await logits(folder), expected);
    assert.equal((await modelHash(folder)).length, 64);
  });

  it('without one of its shards is refused by the name of the file and a tensor that is in it', async () => {
    const { shards } = await splitFolder();
    rmSync(path.join(folder, shards[2]!));
    const problem = await refusal();
    assert.deepEqual([problem.code, problem.file], ['checkpoint-shard-missing', path.join(folder, shards[2]!)]);
    assert.match(problem.key!, /^model\./);
  });

  it('with shards that do not fit their index is refused by the name of the tensor', async () => {
    const { shards, index } = await splitFolder();
    const first = path.join(folder, shards[0]!);
    const { tensors } = await readSafetensors(first);
    const [name] = tensors.keys();
    await writeSafetensors(path.join(folder, shards[1]!), tensors);
    assert.match((await refusal()).message, new RegExp(`in ${shards[0]!} too`));
    await writeSafetensors(path.join(folder, shards[1]!), new Map());
    const problem = await refusal();
    assert.deepEqual([problem.code, problem.file], ['checkpoint-index', path.join(folder, shards[1]!)]);
    writeFileSync(index, JSON.stringify({ weight_map: { [name!]: shards[0]! } }));
    assert.equal((await refusal()).code, 'checkpoint-mismatch');
  });

  it('of a Mixtral may hold the experts of a layer in two tensors', async () => {
    for (const name of ['config.json', 'generation_config.json', 'model.safetensors']) cpSync(path.join(fixtureFolder('mixtral-skewed'), name), path.join(folder, name));
    const expected = await logits(folder);
    const { tensors } = await readSafetensors(weights);
    const join = (layer: number, matrices: readonly string[], shape: readonly number[]): StoredTensor => {
      const parts = Array.from({ length: 5 }, (_, e) => matrices.map((matrix) => `model.layers.${layer}.block_sparse_moe.experts.${e}.${matrix}.weight`)).flat();
      const data = Float32Array.from(parts.flatMap((name) => [...tensors.get(name)!.data]));
      for (const name of parts) tensors.delete(name);
      return { shape, data };
    };
    for (const layer of [0, 1]) {
      tensors.set(`model.layers.${layer}.mlp.experts.gate_up_proj`, join(layer, ['w1', 'w3'], [5, 22, 14]));
      tensors.set(`model.layers.${layer}.mlp.experts.down_proj`, join(layer, ['w2'], [5, 14, 11]));
      const gate = `model.layers.${layer}.block_sparse_moe.gate.weight`;
      tensors.set(`model.layers.${layer}.mlp.gate.weight`, tensors.get(gate)!);
      tensors.delete(gate);
    }
    await writeSafetensors(weights, tensors);
    assert.deepEqual(await logits(folder), expected);
    const saved = path.join(folder, 'saved');
    await withModel((model) => saveModel(model, saved, { dtype: 'f32' }));
    const written = (await readSafetensors(path.join(saved, 'model.safetensors'))).tensors;
    assert.ok(written.has('model.layers.1.block_sparse_moe.experts.4.w3.weight') && !written.has('model.layers.1.mlp.experts.gate_up_proj'));
    changeConfig({ num_local_experts: 4 });
    assert.equal((await refusal()).key, 'model.layers.0.mlp.gate.weight');
  });

  it('has another hash when a weight or the meaning of the config changes, and only then', async () => {
    const first = await modelHash(folder);
    changeConfig({ transformers_version: '4.0.0' });
    assert.equal(await modelHash(folder), first);
    changeConfig({ sliding_window: 6 });
    assert.notEqual(await modelHash(folder), first);
    changeConfig({ sliding_window: 5 });
    const { tensors } = await readSafetensors(weights);
    tensors.get('model.norm.weight')!.data[0]! += 1;
    await writeSafetensors(weights, tensors);
    assert.notEqual(await modelHash(folder), first);
  });

  it('with a tensor missing is refused by its name', async () => {
    const { tensors } = await readSafetensors(weights);
    tensors.delete('model.layers.1.mlp.up_proj.weight');
    await writeSafetensors(weights, tensors);
    assert.equal((await refusal()).key, 'model.layers.1.mlp.up_proj.weight');
  });

  it('with a tensor too many is refused by its name', async () => {
    const { tensors } = await readSafetensors(weights);
    tensors.set('model.layers.0.self_attn.q_proj.bias', { shape: [24], data: new Float32Array(24) });
    await writeSafetensors(weights, tensors);
    assert.equal((await refusal()).key, 'model.layers.0.self_attn.q_proj.bias');
  });

  it('with a tensor of another shape is refused with both shapes', async () => {
    changeConfig({ intermediate_size: 28 });
    const problem = await refusal();
    assert.equal(problem.key, 'model.layers.0.mlp.gate_proj.weight');
    assert.match(problem.message, /\[28, 22\].*\[27, 22\]/);
  });

  it('without weights, without a config, or with an index that leads elsewhere is refused', async () => {
    rmSync(weights);
    assert.equal((await refusal()).code, 'checkpoint-no-weights');
    writeFileSync(path.join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: { a: '../../etc/passwd.safetensors' } }));
    assert.equal((await refusal()).code, 'checkpoint-index');
    rmSync(path.join(folder, 'config.json'));
    assert.equal((await refusal()).file, path.join(folder, 'config.json'));
  });
});
