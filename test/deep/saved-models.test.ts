// What we save opens in transformers: a new model of each family, with logits and a greedy continuation equal to ours.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { architectureSchema } from '../../src/documents/run/schema';
import {
  configFromArchitecture, initialiseAdapter, initialiseModel, loadModel, parameterShapes, saveAdapter, saveModel, type ModelConfig, type WrittenDtype,
} from '../../src/engine/model';
import { openBackend, tensor } from '../../src/engine/tensors';
import { expectedIds, logitsOf, writeExpected } from './expected-model';
import { runScript } from './python';

const shape = { hiddenSize: 24, intermediateSize: 20, layers: 2, heads: 4, keyValueHeads: 2, headSize: 8, maxPositions: 64 };
const architectures: Readonly<Record<string, object>> = {
  'mistral with a window': { ...shape, family: 'mistral', slidingWindow: 5 },
  'mistral with a tied head': { ...shape, family: 'mistral', tieEmbeddings: true, ropeTheta: 1e6 },
  'llama': { ...shape, family: 'llama' },
  'llama with biases': { ...shape, family: 'llama', attentionBias: true, feedForwardBias: true },
  'mixtral': { ...shape, family: 'mixtral' },
  'mixtral with few experts, a window and a tied head': { ...shape, family: 'mixtral', experts: { count: 3, perToken: 1 }, slidingWindow: 6, tieEmbeddings: true },
};
const scaled: Readonly<Record<string, NonNullable<ModelConfig['ropeScaling']>>> = {
  linear: { kind: 'linear', factor: 2 },
  dynamic: { kind: 'dynamic', factor: 2 },
  yarn: { kind: 'yarn', factor: 4, originalMaxPositions: 16, betaFast: 8, betaSlow: 1, truncate: true },
  longrope: { kind: 'longrope', originalMaxPositions: 32, shortFactor: [1, 1, 1.5, 2], longFactor: [1, 2, 4, 8] },
  llama3: { kind: 'llama3', factor: 4, originalMaxPositions: 16, lowFrequencyFactor: 1, highFrequencyFactor: 4 },
};
const vocabularySize = 61;
const special = { beginId: 1, endId: 2, padId: undefined };

const configs = Object.entries(architectures).map(([name, architecture]) => [name, configFromArchitecture(architectureSchema.parse(architecture), vocabularySize, special)] as const);
const llama = configs.find(([name]) => name === 'llama')![1];
const cases = [...configs, ...Object.entries(scaled).map(([name, ropeScaling]) => [`llama with ${name} rotary positions`, { ...llama, ropeScaling }] as const)];

describe('saved models', () => {
  it('open in transformers with equal logits and continuations: each family, f32, bf16 and f16 in shards', async () => {
    await openBackend('wasm');
    const root = mkdtempSync(path.join(tmpdir(), 'saved-'));
    try {
      const folders: string[] = [];
      for (const [name, config] of cases) for (const dtype of ['f32', 'bf16', 'f16'] as const) folders.push(await save(path.join(root, `${name}, ${dtype}`), config, dtype));
      runScript('check_saved_model.py', ...folders);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('open in PEFT with equal logits: adapters on the experts and routers of a Mixtral, as its parameters and as w1, w2 and w3', async () => {
    await openBackend('wasm');
    const root = mkdtempSync(path.join(tmpdir(), 'saved-'));
    try {
      const base = await save(path.join(root, 'base'), configs.find(([name]) => name === 'mixtral')![1], 'f32');
      const folders: string[] = [];
      for (const targetModules of [['q_proj', 'experts.gate_up_proj', 'experts.down_proj'], ['experts.gate_up_proj', 'gate'], ['v_proj', 'w1', 'w2', 'w3'], ['w1', 'w3']]) {
        for (const rankStabilised of [false, true]) folders.push(await saveAdapted(path.join(root, `${targetModules.join()}${rankStabilised ? ' stabilised' : ''}`), base, { targetModules, rankStabilised }));
      }
      runScript('check_saved_model.py', ...folders);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

/** A new model's checkpoint, and beside it what we compute with it. */
async function save(folder: string, config: ModelConfig, dtype: WrittenDtype): Promise<string> {
  const made = initialiseModel(config, 3, 0.2);
  await saveModel(made, folder, { dtype, ...(dtype === 'f16' ? { maxShardBytes: 8000 } : {}) });
  made.dispose();
  await writeExpected(folder);
  return folder;
}

/** An adapter of random numbers beside that checkpoint, and what we compute with it. */
async function saveAdapted(folder: string, base: string, settings: { readonly targetModules: readonly string[]; readonly rankStabilised: boolean }): Promise<string> {
  const model = await loadModel(base);
  const adapter = initialiseAdapter(parameterShapes(model.config), { rank: 3, alpha: 5, dropout: 0, ...settings }, 1);
  model.attach(adapter);
  for (const parameter of adapter.parameters.values()) {
    const values = tensor(Float32Array.from({ length: parameter.size }, (_, i) => 0.3 * Math.sin(i * i + 1)), parameter.shape, 'float32');
    parameter.assign(values);
    values.dispose();
  }
  mkdirSync(folder);
  await saveAdapter(adapter, folder, path.relative(folder, base));
  writeFileSync(path.join(folder, 'expected.json'), JSON.stringify({ ids: expectedIds, logits: logitsOf(model, expectedIds) }));
  model.dispose();
  return folder;
}
