// Every differentiable operation on `wasm`, and in its composed form, against its plain reference on `cpu`, at sizes with
// and without tails.
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { gradientsLater, linear, openBackend, variable } from '../../../src/engine/tensors/index';
import type { Scalar, Tensor, Tensor2D, Tensor3D } from '../../../src/engine/tensors/index';
import { attentionComposed } from '../../../src/engine/tensors/operations/composed/attention';
import { rmsNormComposed, swigluComposed, turnComposed } from '../../../src/engine/tensors/operations/composed/feed-forward';
import { embeddingComposed } from '../../../src/engine/tensors/operations/composed/rows';
import { ropeBy } from '../../../src/engine/tensors/operations/rope';
import { operationCases, publicForms, type Forms } from './cases';
import { assertSame, assertSameOnBothBackends, check, evaluate, normal } from './compare';

describe('differentiable operations, wasm kernels against the reference on cpu', () => {
  for (const [name, draw] of Object.entries(operationCases)) {
    it(name, () => check(fc.asyncProperty(draw, ({ seed, shapes, operation }) => assertSameOnBothBackends(shapes, seed, (inputs) => operation(publicForms, inputs)))));
  }

  it('linear at sizes beyond one cache block', () =>
    assertSameOnBothBackends([[171, 389], [517, 389]], 7, ([x, w]) => linear(x as Tensor2D, w as Tensor2D)));
});

/** Those of tensorflow, made of operations that cpu has too. Cross-entropy is a kernel of TensorFlow's own. */
const composedForms: Forms = {
  ...publicForms, attention: attentionComposed, embedding: embeddingComposed, rmsNorm: rmsNormComposed, swiglu: swigluComposed,
  rope: (x, cos, sin) => ropeBy(turnComposed, x, cos, sin),
};
const composed = Object.entries(operationCases).filter(([name]) => /^(attention|embedding|rmsNorm|rope|swiglu)/.test(name));

describe('composed operations against the reference, both on cpu', () => {
  for (const [name, draw] of composed) {
    it(name, () => check(fc.asyncProperty(draw, async ({ seed, shapes, operation }) => {
      const expected = await evaluate('cpu', shapes, seed, (inputs) => operation(publicForms, inputs));
      assertSame(await evaluate('cpu', shapes, seed, (inputs) => operation(composedForms, inputs)), expected);
    })));
  }

  it('attention and its gradient take less memory than a score for each query and key', async () => {
    const length = 1024;
    await openBackend('cpu');
    const x = variable(normal(1, [length, 1, 4]));
    const attend = (): Tensor2D => attentionComposed(x as Tensor3D, x as Tensor3D, x as Tensor3D, { batch: 1, firstKey_N: new Int32Array(length) });
    let made: Tensor[] = [];
    const before = tf.memory().numBytes;
    const { peakBytes } = await tf.profile(async () => {
      made = (await gradientsLater(() => tf.sum<Scalar>(attend()), [x])).gradients;
      return made;
    });
    assert.ok(peakBytes - before < length * length * 4, `${peakBytes - before} of ${length * length * 4} bytes`);
    tf.dispose([x, ...made]);
  });
});
