// Numbers a study rests on: accurate sums, log-likelihoods in doubles, AdamW step by step, and bit-equal repetition.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { RandomStream } from '../../../src/base/math/random';
import {
  adamwUpdate, addInPlace, attention, crossEntropySum, embedding, gradients, linear, openBackend, sumOfSquares, tensor1d, tokenLogLikelihoods,
  variable, zeros,
} from '../../../src/engine/tensors/index';
import type { AdamWSettings, BackendName, Tensor2D, TokenLikelihoods } from '../../../src/engine/tensors/index';
import { adamwUpdateReference } from '../../../src/engine/tensors/operations/adamw';
import { tokenLogLikelihoodsReference } from '../../../src/engine/tensors/operations/likelihoods';
import { check, normal, relativeDifference, seeds } from './compare';

function assertClose(actual: number, expected: number, relative: number): void {
  assert.ok(Math.abs(actual - expected) <= relative * Math.abs(expected), `${actual} where ${expected} was expected`);
}

const backends: BackendName[] = ['cpu', 'wasm'];

for (const backend of backends) {
  describe(`numbers on ${backend}`, () => {
    before(() => openBackend(backend));

    it('sumOfSquares agrees with doubles to 1e-12', () => check(fc.asyncProperty(seeds, fc.integer({ min: 1, max: 5000 }), (seed, size) => {
      const x = normal(seed, [size]);
      const expected = x.dataSync<'float32'>().reduce((sum, value) => sum + value * value, 0);
      assertClose(sumOfSquares(x), expected, 1e-12);
      x.dispose();
      return Promise.resolve();
    })));

    it('a long loss sum agrees with doubles to 1e-6', () => {
      const [rows, vocabularySize] = [3000, 101];
      const logits = normal(1, [rows, vocabularySize], 3) as Tensor2D;
      const random = RandomStream.of(1, 'targets');
      const targets = Int32Array.from({ length: rows }, () => random.integer(vocabularySize));
      const values = logits.dataSync();
      let expected = 0;
      for (let row = 0; row < rows; row++) {
        let sum = 0;
        for (let token = 0; token < vocabularySize; token++) sum += Math.exp(values[row * vocabularySize + token]!);
        expected += Math.log(sum) - values[row * vocabularySize + targets[row]!]!;
      }
      assertClose(crossEntropySum(logits, targets, 1).dataSync()[0]!, expected, 1e-6);
      const { logLikelihood } = tokenLogLikelihoods(logits, targets);
      assertClose(-logLikelihood.reduce((sum, value) => sum + value, 0), expected, 1e-7);
    });

    it('tokenLogLikelihoods takes the first of equals as greedy and skips target −1', () => {
      const logits = tf.tensor2d([[0, 5, 1, 5, 5], [0, 5, 1, 5, 5], [9, 5, 1, 5, 5], [1, 2, 3, 4, 5]]);
      const { logLikelihood, isGreedy } = tokenLogLikelihoods(logits, Int32Array.from([1, 3, -1, 4]));
      assert.deepEqual([...isGreedy], [1, 0, 0, 1]);
      assert.equal(logLikelihood[2], 0);
      assertClose(logLikelihood[3]!, -Math.log(1 + Math.exp(-1) + Math.exp(-2) + Math.exp(-3) + Math.exp(-4)), 1e-6);
    });

    it('AdamW follows PyTorch: decay, moments, bias correction', () => {
      const settings: AdamWSettings = {
        learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.5, step: 1, gradientScale: 0.5,
      };
      const [parameter, first, second] = [variable(tf.tensor1d([1, -2, 3, 4, 5])), variable(zeros([5])), variable(zeros([5]))];
      let expected = [1, -2, 3, 4, 5];
      const m = [0, 0, 0, 0, 0];
      const v = [0, 0, 0, 0, 0];
      for (let step = 1; step <= 3; step++) {
        const gradient = [0.5, -1, 2 / step, 0, 1e-3];
        adamwUpdate(parameter, tf.tensor1d(gradient), first, second, { ...settings, step });
        expected = expected.map((p, i) => {
          const g = gradient[i]! * settings.gradientScale;
          m[i] = 0.9 * m[i]! + 0.1 * g;
          v[i] = 0.99 * v[i]! + 0.01 * g * g;
          return p * (1 - 0.1 * 0.5) - 0.1 * (m[i] / (1 - 0.9 ** step)) / (Math.sqrt(v[i] / (1 - 0.99 ** step)) + 1e-8);
        });
      }
      assert.ok(relativeDifference(parameter.dataSync<'float32'>(), Float32Array.from(expected)) < 1e-6);
    });

    it('addInPlace keeps the variable and adds', () => {
      const sum = variable(tf.tensor2d([1, 2, 3, 4, 5], [1, 5]));
      addInPlace(sum, tf.tensor2d([10, 20, 30, 40, 50], [1, 5]));
      assert.deepEqual([...sum.dataSync()], [11, 22, 33, 44, 55]);
    });

    it('gradients gives zeros for a parameter the value does not depend on', () => {
      const used = variable(tf.tensor1d([2]));
      const unused = variable(tf.tensor2d([[1, 2]]));
      const result = gradients(() => tf.sum(tf.square(used)), [unused, used]);
      assert.equal(result.value, 4);
      assert.deepEqual(result.gradients.map((gradient) => [...gradient.dataSync()]), [[0, 0], [4]]);
    });

    it('a frozen weight takes part without a gradient of its own', () => {
      const frozen = variable(tf.tensor2d([[1, 2], [3, 4]]), false);
      const trained = variable(tf.tensor2d([[5, 6]]));
      const run = (parameters: tf.Variable[]): number[] =>
        [...gradients(() => tf.sum(linear(linear(trained as Tensor2D, frozen as Tensor2D), frozen as Tensor2D)), parameters).gradients[0]!.dataSync()];
      assert.deepEqual(run([trained]), [22, 32]);
      assert.throws(() => run([frozen]), /not trainable/);
    });

    it('refuses shapes, ids and targets that do not fit, naming them', () => {
      assert.throws(() => crossEntropySum(zeros([2, 3]), Int32Array.from([0]), 1), /1 targets were given for 2 rows/);
      assert.throws(() => crossEntropySum(zeros([1, 3]), Int32Array.from([3]), 1), /target of row 0, 3, is outside the vocabulary of 3/);
      assert.throws(() => embedding(zeros([3, 2]), tensor1d([0, 3], 'int32')), /3/);
      const q = zeros<tf.Rank.R3>([4, 3, 2]);
      assert.throws(() => attention(q, zeros([4, 2, 2]), zeros([4, 2, 2]), { batch: 1, firstKey_N: new Int32Array(4) }), /does not divide/);
    });
  });
}

describe('wasm numbers', () => {
  before(() => openBackend('wasm'));

  it('AdamW and likelihood kernels agree with their references', () => check(fc.asyncProperty(seeds, fc.integer({ min: 1, max: 50 }), (seed, size) => {
    tf.tidy(() => {
      const settings = { learningRate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, step: 1 + (seed % 9), gradientScale: 0.7 };
      const make = (): [tf.Variable, tf.Variable, tf.Variable] =>
        [variable(normal(seed, [size])), variable(normal(seed + 1, [size])), variable(tf.square(normal(seed + 2, [size])))];
      const [a, b, gradient] = [make(), make(), normal(seed + 3, [size])];
      adamwUpdate(a[0], gradient, a[1], a[2], settings);
      adamwUpdateReference(b[0], gradient, b[1], b[2], settings);
      for (const index of [0, 1, 2] as const) {
        assert.ok(relativeDifference(a[index].dataSync<'float32'>(), b[index].dataSync<'float32'>()) < 1e-6);
      }
      const logits = normal(seed + 4, [7, size], 4) as Tensor2D;
      const targets = Int32Array.from({ length: 7 }, (_, row) => (row * 31 + seed) % (size + 1) - 1);
      const [fast, slow]: TokenLikelihoods[] = [tokenLogLikelihoods(logits, targets), tokenLogLikelihoodsReference(logits, targets)];
      assert.deepEqual(fast!.isGreedy, slow!.isGreedy);
      for (const [row, value] of slow!.logLikelihood.entries()) assert.ok(Math.abs(fast!.logLikelihood[row]! - value) < 1e-6);
      tf.dispose([...a, ...b]);
    });
    return Promise.resolve();
  })));

  it('a parameter is updated where it lies', () => {
    const parameter = variable(normal(1, [9]));
    const { dataId } = parameter;
    const [first, second] = [variable(zeros([9])), variable(zeros([9]))];
    adamwUpdate(parameter, normal(2, [9]), first, second, {
      learningRate: 1, beta1: 0.9, beta2: 0.9, epsilon: 1e-8, weightDecay: 0, step: 1, gradientScale: 1,
    });
    addInPlace(parameter, normal(3, [9]));
    assert.equal(parameter.dataId, dataId);
  });

  it('repeats bit for bit, whatever was computed before', () => {
    const run = (): Float32Array[] => {
      const [x, w] = [variable(normal(1, [70, 33])), variable(normal(2, [66, 33]))];
      const { gradients: made } = gradients(() => {
        const q = tf.reshape<tf.Rank.R3>(linear(x as Tensor2D, w as Tensor2D), [70, 6, 11]);
        const y = attention(q, tf.slice(q, [0, 0, 0], [70, 2, 11]), tf.slice(q, [0, 2, 0], [70, 2, 11]), { batch: 2, firstKey_N: new Int32Array(70) });
        return crossEntropySum(y, Int32Array.from({ length: 70 }, (_, row) => row % 66), 0.1);
      }, [x, w]);
      const values = [...made.map((gradient) => gradient.dataSync<'float32'>().slice())];
      tf.dispose([x, w, ...made]);
      return values;
    };
    const first = run();
    normal(9, [100_000]).dispose();
    assert.deepEqual(run(), first);
  });
});

describe('a linear layer of few rows on wasm', () => {
  before(() => openBackend('wasm'));

  it('gives each row the bits it has alone, so that a text does not depend on those generated beside it', () => check(fc.asyncProperty(
    seeds, fc.integer({ min: 2, max: 16 }), fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 600 }), (seed, rows, outputs, inputs) => {
      tf.tidy(() => {
        const [x, weight] = [normal(seed, [rows, inputs]) as Tensor2D, normal(seed + 1, [outputs, inputs]) as Tensor2D];
        const alone = Array.from({ length: rows }, (_, row) => linear(tf.slice(x, [row, 0], [1, inputs]), weight));
        assert.deepEqual(linear(x, weight).dataSync(), tf.concat(alone, 0).dataSync());
      });
      return Promise.resolve();
    },
  )));
});
