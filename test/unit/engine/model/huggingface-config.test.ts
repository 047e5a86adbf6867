// config.json: what is read, what is written, and what is refused by file and key.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../../../src/base/errors/problem';
import { architectureSchema } from '../../../../src/documents/run/schema';
import { configFromArchitecture, type ModelConfig } from '../../../../src/engine/model/config';
import { configFromHuggingFace, configText, configToHuggingFace } from '../../../../src/engine/model/huggingface/config';
import { packageRoot } from '../../../../src/engine/parts/assets';

const written = (variant: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path.join(packageRoot, 'test/fixtures/model', variant, 'config.json'), 'utf8')) as Record<string, unknown>;

function refusal(json: unknown): UserError['problems'][0] & object {
  try {
    configFromHuggingFace(json, 'models/a/config.json');
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.problems.length, 1);
    return error.problems[0]!;
  }
  return assert.fail('the config was accepted');
}

describe('config.json of a checkpoint', () => {
  it('is read as transformers wrote it', () => {
    assert.deepEqual(configFromHuggingFace(written('window'), 'config.json'), {
      family: 'mistral', vocabularySize: 61, hiddenSize: 22, intermediateSize: 27, layers: 2, heads: 4, keyValueHeads: 2, headSize: 6,
      maxPositions: 64, ropeTheta: 10000, slidingWindow: 5, normEpsilon: 1e-5, tieEmbeddings: false, bosTokenId: 1, eosTokenId: 2, padTokenId: 35,
    });
    const tied = configFromHuggingFace(written('tied'), 'config.json');
    assert.deepEqual([tied.ropeTheta, tied.slidingWindow, tied.tieEmbeddings, tied.bosTokenId, tied.padTokenId], [1e6, null, true, undefined, 7]);
  });

  it('survives being written and read', () => {
    for (const variant of ['window', 'tied']) {
      const config = configFromHuggingFace(written(variant), 'config.json');
      assert.deepEqual(configFromHuggingFace(JSON.parse(JSON.stringify(configToHuggingFace(config))), 'config.json'), config);
    }
  });

  it('falls back on the defaults of transformers for Mistral', () => {
    const config = configFromHuggingFace({ model_type: 'mistral' }, 'config.json');
    assert.deepEqual([config.hiddenSize, config.keyValueHeads, config.slidingWindow, config.ropeTheta, config.eosTokenId], [4096, 8, 4096, 10000, 2]);
  });

  it('falls back on the defaults of transformers for Llama and Mixtral', () => {
    const llama = configFromHuggingFace({ model_type: 'llama', num_attention_heads: 16, sliding_window: 8 }, 'config.json');
    assert.deepEqual([llama.intermediateSize, llama.keyValueHeads, llama.slidingWindow, llama.maxPositions, llama.experts], [11008, 16, null, 2048, undefined]);
    const mixtral = configFromHuggingFace({ model_type: 'mixtral' }, 'config.json');
    assert.deepEqual([mixtral.keyValueHeads, mixtral.slidingWindow, mixtral.ropeTheta, mixtral.normEpsilon], [8, null, 1e6, 1e-5]);
    assert.deepEqual(mixtral.experts, { count: 8, perToken: 2, balanceLossWeight: 0.001, routerJitter: 0 });
  });

  it('survives being written and read, whatever the family and its rotary positions', () => {
    const base = { hidden_size: 32, num_attention_heads: 4, num_key_value_heads: 2, max_position_embeddings: 64 };
    const configs: Record<string, unknown>[] = [
      { model_type: 'llama', attention_bias: true, mlp_bias: true },
      { model_type: 'llama', rope_theta: 5e5, rope_scaling: { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 16 } },
      { model_type: 'mixtral', num_local_experts: 4, num_experts_per_tok: 1, router_aux_loss_coef: 0.02, router_jitter_noise: 0.1, sliding_window: 7 },
      { model_type: 'mistral', rope_parameters: { rope_type: 'yarn', rope_theta: 1e4, factor: 4, beta_fast: 30, mscale: 1, mscale_all_dim: 0.5, truncate: false } },
      { model_type: 'mistral', rope_scaling: { type: 'longrope', short_factor: [1, 1, 1, 1], long_factor: [1, 2, 3, 4], attention_factor: 1.2 } },
      { model_type: 'mistral', rope_scaling: { type: 'dynamic', factor: 2 } },
      { model_type: 'mistral', rope_scaling: { type: 'linear', factor: 2 } },
    ];
    for (const change of configs) {
      const config = configFromHuggingFace({ ...base, ...change }, 'config.json');
      assert.deepEqual(configFromHuggingFace(JSON.parse(JSON.stringify(configToHuggingFace(config))), 'config.json'), config);
    }
  });

  it('is written with a decimal point where transformers wants a float', () => {
    const text = configText(configFromHuggingFace({ model_type: 'mixtral', router_aux_loss_coef: 1, router_jitter_noise: 0, rms_norm_eps: 0.00001 }, 'config.json'));
    assert.match(text, /"router_aux_loss_coef": 1\.0,/);
    assert.match(text, /"router_jitter_noise": 0\.0,/);
    assert.match(text, /"num_local_experts": 8,/);
    assert.deepEqual(JSON.parse(text), configToHuggingFace(configFromHuggingFace(JSON.parse(text), 'config.json')));
  });

  it('takes rope_scaling before rope_parameters, and the original length from where transformers does', () => {
    const read = (change: Record<string, unknown>): unknown => configFromHuggingFace({ model_type: 'llama', max_position_embeddings: 128, ...change }, 'config.json').ropeScaling;
    assert.deepEqual(read({ rope_scaling: { type: 'linear', factor: 2 }, rope_parameters: { rope_type: 'linear', factor: 3 } }), { kind: 'linear', factor: 2 });
    assert.deepEqual(read({ rope_scaling: null, rope_parameters: { rope_type: 'dynamic', factor: 3 } }), { kind: 'dynamic', factor: 3 });
    const yarn = { kind: 'yarn', factor: 4, betaFast: 32, betaSlow: 1, truncate: true };
    assert.deepEqual(read({ rope_scaling: { type: 'yarn', factor: 4 } }), { ...yarn, originalMaxPositions: 128 });
    assert.deepEqual(read({ rope_scaling: { type: 'yarn', factor: 4, original_max_position_embeddings: 32 }, original_max_position_embeddings: 64 }), { ...yarn, originalMaxPositions: 64 });
    assert.deepEqual(read({ rope_scaling: { type: 'yarn', factor: null, original_max_position_embeddings: 32 } }), { ...yarn, originalMaxPositions: 32 });
  });

  it('reads rope_theta where transformers 4 put it, and the first of several end tokens', () => {
    const config = configFromHuggingFace({ model_type: 'mistral', rope_theta: 500000, rope_scaling: null, eos_token_id: [7, 2] }, 'config.json');
    assert.deepEqual([config.ropeTheta, config.eosTokenId], [500000, 7]);
  });

  const refused: readonly (readonly [string, Record<string, unknown>])[] = [
    ['model_type', { model_type: 'gpt2' }],
    ['model_type', { model_type: undefined }],
    ['architectures', { architectures: ['MistralForSequenceClassification'] }],
    ['hidden_act', { hidden_act: 'gelu' }],
    ['rope_scaling.rope_type', { rope_scaling: { type: 'su', factor: 2 } }],
    ['rope_parameters.rope_type', { rope_parameters: { rope_type: 'proportional', rope_theta: 10000 } }],
    ['rope_parameters.full_attention', { rope_parameters: { full_attention: { rope_type: 'default' } } }],
    ['rope_parameters', { rope_parameters: 'yarn' }],
    ['partial_rotary_factor', { rope_parameters: { rope_theta: 10000, partial_rotary_factor: 0.5 } }],
    ['rope_scaling.factor', { rope_scaling: { type: 'linear' } }],
    ['rope_scaling.factor', { rope_scaling: { rope_type: 'dynamic', factor: 0.5 } }],
    ['rope_scaling.low_freq_factor', { rope_scaling: { rope_type: 'llama3', factor: 8, high_freq_factor: 4 } }],
    ['rope_scaling.high_freq_factor', { rope_scaling: { rope_type: 'llama3', factor: 8, low_freq_factor: 4, high_freq_factor: 4 } }],
    ['rope_scaling.short_factor', { rope_scaling: { rope_type: 'longrope', short_factor: [1], long_factor: [1, 2, 3] } }],
    ['mlp_bias', { mlp_bias: true }],
    ['attention_bias', { attention_bias: true }],
    ['quantization_config', { quantization_config: { quant_method: 'gptq' } }],
    ['hidden_size', { hidden_size: 0 }],
    ['rope_parameters.rope_theta', { rope_parameters: { rope_theta: -1 } }],
    ['num_key_value_heads', { num_key_value_heads: 3 }],
    ['head_dim', { head_dim: 5 }],
  ];
  for (const [key, change] of refused) {
    it(`refuses ${key} ${JSON.stringify(change)} by file, key and value`, () => {
      const problem = refusal({ ...written('window'), ...change });
      assert.equal(problem.file, 'models/a/config.json');
      assert.equal(problem.key, key);
      assert.ok(problem.value !== undefined && problem.next !== undefined);
    });
  }

  it('names what is supported when it refuses an architecture or a kind of rotary positions', () => {
    assert.match(refusal({ model_type: 'gpt2' }).message, /mistral, llama and mixtral are/);
    assert.match(refusal({ model_type: 'llama', rope_scaling: { rope_type: 'su' } }).message, /default, linear, dynamic, yarn, longrope, llama3 are/);
  });

  it('refuses more experts a token than there are', () => {
    assert.equal(refusal({ model_type: 'mixtral', num_local_experts: 2, num_experts_per_tok: 3 }).key, 'num_experts_per_tok');
  });

  it('refuses what is no object', () => {
    assert.match(refusal([]).message, /not a JSON object/);
  });
});

describe('the shape of a new model', () => {
  const shape = { hiddenSize: 32, intermediateSize: 64, layers: 2, heads: 4, keyValueHeads: 2 };
  const special = { beginId: 1, endId: 2, padId: 2 };

  it('takes the head size from the hidden size', () => {
    const config = configFromArchitecture(architectureSchema.parse(shape), 300, special);
    assert.deepEqual([config.headSize, config.vocabularySize, config.bosTokenId, config.eosTokenId], [8, 300, 1, 2]);
  });

  it('gives a Mixtral its experts and a Llama its biases', () => {
    const mixtral = configFromArchitecture(architectureSchema.parse({ ...shape, family: 'mixtral' }), 300, special);
    assert.deepEqual(mixtral.experts, { count: 8, perToken: 2, balanceLossWeight: 0.02, routerJitter: 0 });
    const llama = configFromArchitecture(architectureSchema.parse({ ...shape, family: 'llama', attentionBias: true }), 300, special);
    assert.deepEqual([llama.family, llama.attentionBias, llama.feedForwardBias], ['llama', true, undefined]);
  });

  it('refuses heads that can not be shared out or have no even size', () => {
    for (const change of [{ keyValueHeads: 3 }, { hiddenSize: 30 }, { headSize: 7 }, { family: 'llama', hiddenSize: 30, headSize: 8 }]) {
      assert.throws(() => configFromArchitecture(architectureSchema.parse({ ...shape, ...change }), 300, special), UserError);
    }
  });

  it('of a run file may have rotary scaling of every kind, and says what a kind lacks or has too much', () => {
    const made = (ropeScaling: object): unknown => configFromArchitecture(architectureSchema.parse({ ...shape, ropeScaling }), 300, special);
    const halfHead = configFromArchitecture(architectureSchema.parse(shape), 300, special).headSize / 2;
    const factors = Array.from({ length: halfHead }, (_, i) => 1 + i);
    const kinds: readonly object[] = [
      { kind: 'linear', factor: 2 }, { kind: 'dynamic', factor: 4 }, { kind: 'yarn', factor: 4, originalMaxPositions: 16, betaFast: 8 },
      { kind: 'longrope', originalMaxPositions: 16, shortFactor: factors, longFactor: factors },
      { kind: 'llama3', factor: 8, originalMaxPositions: 16, lowFrequencyFactor: 1, highFrequencyFactor: 4 },
    ];
    for (const kind of kinds) {
      const config = made(kind) as ModelConfig;
      assert.deepEqual(configFromHuggingFace(configToHuggingFace(config), 'config.json').ropeScaling, config.ropeScaling);
    }
    const refused: readonly (readonly [object, string])[] = [
      [{ kind: 'linear' }, 'factor'], [{ kind: 'yarn', factor: 2 }, 'originalMaxPositions'], [{ kind: 'linear', factor: 2, betaFast: 1 }, 'betaFast'],
      [{ kind: 'llama3', factor: 8, originalMaxPositions: 16, lowFrequencyFactor: 4, highFrequencyFactor: 4 }, 'highFrequencyFactor'],
      [{ kind: 'longrope', originalMaxPositions: 16, shortFactor: factors, longFactor: [1] }, 'longFactor'],
    ];
    for (const [ropeScaling, key] of refused) {
      assert.throws(() => made(ropeScaling), (error) => error instanceof UserError && error.problems[0]?.key === `ropeScaling.${key}`, JSON.stringify(ropeScaling));
    }
  });
});
