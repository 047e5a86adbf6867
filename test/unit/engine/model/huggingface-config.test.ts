// config.json: what is read, what is written, and what is refused by file and key.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../../../src/base/errors/problem';
import { architectureSchema } from '../../../../src/documents/run/schema';
import { configFromArchitecture } from '../../../../src/engine/model/config';
import { configFromHuggingFace, configToHuggingFace } from '../../../../src/engine/model/huggingface-config';
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
      maxPositions: 64, ropeTheta: 10000, slidingWindow: 5, normEpsilon: 1e-5, tieEmbeddings: false, bosTokenId: 1, eosTokenId: 2, padTokenId: undefined,
    });
    const tied = configFromHuggingFace(written('tied'), 'config.json');
    assert.deepEqual([tied.ropeTheta, tied.slidingWindow, tied.tieEmbeddings, tied.bosTokenId, tied.padTokenId], [1e6, null, true, undefined, 0]);
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

  it('reads rope_theta where transformers 4 put it, and the first of several end tokens', () => {
    const config = configFromHuggingFace({ model_type: 'mistral', rope_theta: 500000, rope_scaling: null, eos_token_id: [7, 2] }, 'config.json');
    assert.deepEqual([config.ropeTheta, config.eosTokenId], [500000, 7]);
  });

  const refused: readonly (readonly [string, Record<string, unknown>])[] = [
    ['model_type', { model_type: 'gpt2' }],
    ['model_type', { model_type: undefined }],
    ['architectures', { architectures: ['MistralForSequenceClassification'] }],
    ['hidden_act', { hidden_act: 'gelu' }],
    ['rope_scaling', { rope_scaling: { type: 'linear', factor: 2 } }],
    ['rope_parameters', { rope_parameters: { rope_type: 'yarn', rope_theta: 10000, factor: 4 } }],
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

  it('refuses heads that can not be shared out or have no even size', () => {
    for (const change of [{ keyValueHeads: 3 }, { hiddenSize: 30 }, { headSize: 7 }]) {
      assert.throws(() => configFromArchitecture(architectureSchema.parse({ ...shape, ...change }), 300, special), UserError);
    }
  });
});
