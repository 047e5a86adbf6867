// Every differentiable operation on `wasm` against its plain reference on `cpu`, at sizes with and without tails.
import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { RandomStream } from '../../../src/base/math/random';
import { attention, crossEntropySum, embedding, linear, rmsNorm, rope, swiglu, tensor1d } from '../../../src/engine/tensors/index';
import type { Tensor1D, Tensor2D, Tensor3D } from '../../../src/engine/tensors/index';
import { assertSameOnBothBackends, check, features, rows, seeds, vocabularies } from './compare';

function integers(seed: number, count: number, below: number, from = 0): Int32Array {
  const random = RandomStream.of(seed, 'integers');
  return Int32Array.from({ length: count }, () => from + random.integer(below - from));
}

describe('differentiable operations, wasm kernels against the reference on cpu', () => {
  it('linear', () => check(fc.asyncProperty(seeds, rows, features, features, (seed, n, i, o) =>
    assertSameOnBothBackends([[n, i], [o, i]], seed, ([x, w]) => linear(x as Tensor2D, w as Tensor2D)))));

  it('linear at sizes beyond one cache block', () =>
    assertSameOnBothBackends([[171, 389], [517, 389]], 7, ([x, w]) => linear(x as Tensor2D, w as Tensor2D)));

  it('embedding, one row of which may be frozen', () => check(fc.asyncProperty(seeds, rows, vocabularies, features, fc.boolean(), (seed, n, v, d, freezes) => {
    const ids = integers(seed, n, v);
    return assertSameOnBothBackends([[v, d]], seed, ([w]) => embedding(w as Tensor2D, tensor1d(ids, 'int32'), freezes ? ids[0] : undefined));
  })));

  // One feature divided by its own size is its sign: the gradient is then a difference of equals, all rounding.
  it('rmsNorm', () => check(fc.asyncProperty(seeds, rows, fc.integer({ min: 2, max: 37 }), (seed, n, d) =>
    assertSameOnBothBackends([[n, d], [d]], seed, ([x, w]) => rmsNorm(x as Tensor2D, w as Tensor1D, 1e-5)))));

  it('rope', () => check(fc.asyncProperty(seeds, rows, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 11 }), (seed, n, h, half) =>
    assertSameOnBothBackends([[n, h, 2 * half]], seed, ([x]) => {
      const angles = Float32Array.from({ length: n * half }, (_, index) => (seed % 100) + index * 0.37);
      const cos = tf.tensor2d(angles.map(Math.cos), [n, half]);
      const sin = tf.tensor2d(angles.map(Math.sin), [n, half]);
      return rope(x as Tensor3D, cos, sin);
    }))));

  it('swiglu', () => check(fc.asyncProperty(seeds, rows, features, (seed, n, f) =>
    assertSameOnBothBackends([[n, f], [n, f]], seed, ([gate, up]) => swiglu(gate as Tensor2D, up as Tensor2D)))));

  it('crossEntropySum with ignored targets', () => check(fc.asyncProperty(seeds, rows, vocabularies, (seed, n, v) => {
    const targets = integers(seed, n, v, -1);
    return assertSameOnBothBackends([[n, v]], seed, ([logits]) => crossEntropySum(logits as Tensor2D, targets, 0.25));
  })));

  const attentionSizes = fc.record({
    batch: fc.integer({ min: 1, max: 3 }), queries: fc.integer({ min: 1, max: 19 }), cached: fc.integer({ min: 0, max: 7 }),
    keyValueHeads: fc.integer({ min: 1, max: 3 }), groups: fc.integer({ min: 1, max: 3 }), size: fc.integer({ min: 1, max: 19 }),
    window: fc.constantFrom('all', 'sliding', 'documents', 'random'),
  });
  it('attention with caches, grouped heads, windows and document bounds', () => check(fc.asyncProperty(seeds, attentionSizes, (seed, s) => {
    const keys = s.queries + s.cached;
    const random = RandomStream.of(seed, 'first keys');
    const firstKey_N = Int32Array.from({ length: s.batch * s.queries }, (_, row) => {
      const last = s.cached + (row % s.queries);
      switch (s.window) {
        case 'all': return 0;
        case 'sliding': return Math.max(0, last - 4);
        case 'documents': return last - (last % 6);
        case 'random': return random.integer(keys + 1); // also rows that see nothing
      }
    });
    const heads = s.keyValueHeads * s.groups;
    const keyShape = [s.batch * keys, s.keyValueHeads, s.size];
    return assertSameOnBothBackends([[s.batch * s.queries, heads, s.size], keyShape, keyShape], seed, ([q, k, v]) =>
      attention(q as Tensor3D, k as Tensor3D, v as Tensor3D, { batch: s.batch, firstKey_N }));
  })));

  it('attention over many keys', () => {
    const firstKey_N = Int32Array.from({ length: 2 * 150 }, (_, row) => Math.max(0, (row % 150) - 60));
    return assertSameOnBothBackends([[300, 2, 24], [300, 1, 24], [300, 1, 24]], 3, ([q, k, v]) =>
      attention(q as Tensor3D, k as Tensor3D, v as Tensor3D, { batch: 2, firstKey_N }));
  });
});
