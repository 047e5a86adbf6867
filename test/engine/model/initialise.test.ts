// Random weights: what their statistics must be, and that a seed decides all of them.
import assert from 'node:assert/strict';
import { initialiseModel, parameterShapes, plainRows, type Model, type ModelConfig } from '../../../src/engine/model';
import { crossEntropySum, memory, openBackend, tidy } from '../../../src/engine/tensors';

const config: ModelConfig = {
  family: 'mistral', vocabularySize: 512, hiddenSize: 64, intermediateSize: 96, layers: 2, heads: 4, keyValueHeads: 2, headSize: 16,
  maxPositions: 128, ropeTheta: 10000, slidingWindow: null, normEpsilon: 1e-5, tieEmbeddings: false, eosTokenId: 0,
};

describe('a new model', () => {
  before(async () => { await openBackend('wasm'); });

  const withModel = <T>(changed: Partial<ModelConfig>, seed: number, use: (model: Model) => T): T => {
    const model = initialiseModel({ ...config, ...changed }, seed, 0.02);
    try {
      return use(model);
    } finally {
      model.dispose();
    }
  };

  for (const tieEmbeddings of [false, true]) {
    it(`starts at a loss of ln(vocabulary), ${tieEmbeddings ? 'tied' : 'untied'}`, () => {
      const loss = withModel({ tieEmbeddings }, 1, (model) => tidy(() => {
        const ids = Int32Array.from({ length: 128 }, (_, i) => (i * 37 + 11) % 512);
        const targets_N = ids.map((id) => (id * 5 + 3) % 512);
        return crossEntropySum(model.logits(model.hidden(plainRows([ids]))), targets_N, 1 / 128).dataSync()[0]!;
      }));
      // Logits have a standard deviation of 0.02·√64 = 0.16, which adds half its square, 0.013; 0.05 leaves room for the sample.
      assert.ok(Math.abs(loss - Math.log(512)) < 0.05, `loss ${loss}`);
    });
  }

  it('draws matrices from N(0, std) and sets norms to one', () => {
    withModel({}, 7, (model) => {
      for (const [name, parameter] of model.parameters) {
        const values = parameter.dataSync<'float32'>();
        if (parameter.shape.length === 1) {
          assert.ok(values.every((value) => value === 1), name);
          continue;
        }
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
        // Five standard errors of the mean and of the standard deviation; the seed is fixed.
        assert.ok(Math.abs(mean) < 5 * 0.02 / Math.sqrt(values.length), `${name}: mean ${mean}`);
        assert.ok(Math.abs(std - 0.02) < 5 * 0.02 / Math.sqrt(2 * values.length), `${name}: std ${std}`);
      }
    });
  });

  it('is decided by its seed, and each weight by its own name', () => {
    const weights = (changed: Partial<ModelConfig>, seed: number): Map<string, number[]> =>
      withModel(changed, seed, (model) => new Map([...model.parameters].map(([name, parameter]) => [name, [...parameter.dataSync()]])));
    const first = weights({}, 3);
    assert.deepEqual(weights({}, 3), first);
    const name = 'model.layers.1.mlp.up_proj.weight';
    assert.notDeepEqual(weights({}, 4).get(name), first.get(name));
    assert.deepEqual(weights({ layers: 3 }, 3).get(name), first.get(name));
  });

  it('lists Hugging Face names in checkpoint order, counts a tied head once, and frees all it made', () => {
    const before = memory().numTensors;
    withModel({ tieEmbeddings: true }, 1, (model) => {
      assert.deepEqual([...model.parameters.keys()], [...parameterShapes(model.config).keys()]);
      assert.equal([...model.parameters.keys()][1], 'model.layers.0.input_layernorm.weight');
      assert.equal(model.parameterCount, [...model.parameters.values()].reduce((sum, parameter) => sum + parameter.size, 0));
    });
    assert.equal(memory().numTensors, before);
  });
});
