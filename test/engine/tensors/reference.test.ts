// The references themselves: their gradients against central finite differences, and values small enough to work out by hand.
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import {
  attention, crossEntropySum, embedding, gradients, linear, openBackend, rmsNorm, rope, swiglu, tensor1d, tensor2d, tensor3d, variable,
} from '../../../src/engine/tensors/index';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Variable } from '../../../src/engine/tensors/index';
import { normal } from './compare';

const step = 1e-2;

/** Compares each input's gradient along one random direction with the slope of the function along it. */
function assertGradientMatchesSlope(shapes: number[][], operation: (inputs: Variable[]) => Tensor): void {
  const start = shapes.map((shape, index) => normal(11 + index, shape));
  const inputs = start.map((x) => variable(x));
  const weights = normal(5, tf.tidy(() => operation(inputs).shape));
  const scalar = (): Scalar => tf.sum(tf.mul(operation(inputs), weights));
  const inDoubles = (): number => {
    const products = tf.tidy(() => tf.mul(operation(inputs), weights).dataSync<'float32'>());
    return products.reduce((sum, product) => sum + product, 0);
  };
  const { gradients: analytic } = gradients(scalar, inputs);
  for (const [index, input] of inputs.entries()) {
    const direction = normal(31 + index, shapes[index]!);
    const at = (distance: number): number => {
      input.assign(tf.add(start[index]!, tf.mul(direction, distance)));
      return inDoubles();
    };
    const slope = (at(step) - at(-step)) / (2 * step);
    input.assign(start[index]!.clone());
    const expected = tf.sum(tf.mul(analytic[index]!, direction)).dataSync()[0]!;
    assert.ok(Math.abs(slope - expected) < 5e-3 * Math.max(1, Math.abs(expected)), `input ${index}: ${expected} but slope ${slope}`);
  }
  tf.dispose(inputs);
}

describe('reference operations on cpu', () => {
  before(() => openBackend('cpu'));

  const targets = Int32Array.from([3, -1, 0, 4]);
  const firstKey_N = Int32Array.from([0, 0, 1, 2, 0, 1, 1, 4]);
  const cases: [string, number[][], (inputs: Variable[]) => Tensor][] = [
    ['linear', [[3, 4], [5, 4]], ([x, w]) => linear(x as Tensor2D, w as Tensor2D)],
    ['embedding', [[6, 3]], ([w]) => embedding(w as Tensor2D, tensor1d([2, 5, 2, 0], 'int32'))],
    ['rmsNorm', [[3, 7], [7]], ([x, w]) => rmsNorm(x as Tensor2D, w as Tensor1D, 1e-5)],
    ['rope', [[2, 3, 4]], ([x]) => rope(x as Tensor3D, tensor2d([[0.6, 0.8], [1, 0]]), tensor2d([[0.8, 0.6], [0, 1]]))],
    ['swiglu', [[3, 5], [3, 5]], ([gate, up]) => swiglu(gate as Tensor2D, up as Tensor2D)],
    ['crossEntropySum', [[4, 5]], ([logits]) => crossEntropySum(logits as Tensor2D, targets, 0.5)],
    ['attention', [[8, 4, 3], [10, 2, 3], [10, 2, 3]], ([q, k, v]) =>
      attention(q as Tensor3D, k as Tensor3D, v as Tensor3D, { batch: 2, firstKey_N })],
  ];
  for (const [name, shapes, operation] of cases) {
    it(`${name}: gradient is the slope`, () => { assertGradientMatchesSlope(shapes, operation); });
  }

  it('rope turns feature j together with feature j + h/2, by the angle of its row', () => {
    const x = tensor3d([[[1, 2, 3, 4]], [[1, 2, 3, 4]]]);
    const y = rope(x, tensor2d([[1, 1], [0, 1]]), tensor2d([[0, 0], [1, 0]]));
    assert.deepEqual([...y.dataSync()], [1, 2, 3, 4, -3, 2, 1, 4]);
  });

  it('attention is causal, starts at firstKey and gives zeros to a query that sees nothing', () => {
    const q = tensor3d([[[0]], [[0]], [[0]]]); // equal scores: the mean of the visible values
    const v = tensor3d([[[6]], [[12]], [[24]], [[48]]]);
    const y = attention(q, v, v, { batch: 1, firstKey_N: Int32Array.from([0, 2, 4]) });
    assert.deepEqual([...y.dataSync()], [9, 24, 0]); // query t sees up to key t + 1
  });

  it('cross-entropy of uniform logits is ln of the vocabulary for each target', () => {
    const loss = crossEntropySum(tf.zeros([3, 10]), Int32Array.from([1, -1, 9]), 0.5).dataSync()[0]!;
    assert.ok(Math.abs(loss - Math.log(10)) < 1e-6);
  });
});
