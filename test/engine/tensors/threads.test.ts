// Threads share out every operation, and change no bit of it: values, gradients and the losses of training are equal for
// one, two and three. Work is cut as finely as it can be here; in use small shapes stay on one thread.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { RandomStream } from '../../../src/base/math/random';
import {
  adamwUpdate, addInPlace, attention, combineRows, crossEntropySum, dispose, embedding, linear, openBackend, rmsNorm, rope, sumOfSquares, swiglu, tensor1d,
  tokenLogLikelihoods, variable,
} from '../../../src/engine/tensors/index';
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Variable } from '../../../src/engine/tensors/index';
import { hasRelaxedSimd } from '../../../src/engine/tensors/instantiate';
import { wasmHeap } from '../../../src/engine/tensors/heap';
import { cut, cutProduct, fixedRanges } from '../../../src/engine/tensors/threads/cut';
import { disposeTraining, eventsOf, tinyTraining } from '../train/tiny';
import { evaluate, features, normal, relativeDifference, seeds } from './compare';

const threadCounts = [1, 2, 3];
const manyRows = fc.integer({ min: 1, max: 300 });

/** What `compute` gives on each number of threads, with every operation cut in pieces. */
async function onEach<T>(compute: (threads: number) => Promise<T> | T): Promise<T[]> {
  const results: T[] = [];
  for (const threads of threadCounts) {
    await openBackend('wasm', { threads });
    const { kernels } = wasmHeap()!;
    const usual = kernels.nanosecondsPerPiece;
    kernels.nanosecondsPerPiece = 1e-3;
    try {
      results.push(await compute(threads));
    } finally {
      kernels.nanosecondsPerPiece = usual;
    }
  }
  return results;
}

async function assertSameBits(shapes: number[][], seed: number, operation: (inputs: Variable[]) => Tensor): Promise<void> {
  const [alone, ...together] = await onEach((threads) => evaluate('wasm', shapes, seed, operation, { threads }));
  for (const result of together) assert.deepEqual(result, alone);
}

function integers(seed: number, count: number, below: number, from = 0): Int32Array {
  const random = RandomStream.of(seed, 'integers');
  return Int32Array.from({ length: count }, () => from + random.integer(below - from));
}

function check<Values extends [unknown, ...unknown[]]>(property: fc.IAsyncProperty<Values>): Promise<void> {
  return fc.assert(property, { numRuns: 8 });
}

describe('threads', () => {
  after(() => openBackend('wasm'));

  it('linear with a bias', () => check(fc.asyncProperty(seeds, manyRows, features, fc.integer({ min: 1, max: 90 }), (seed, n, i, o) =>
    assertSameBits([[n, i], [o, i], [o]], seed, ([x, w, b]) => linear(x as Tensor2D, w as Tensor2D, b as Tensor1D)))));

  it('linear beyond one cache block', () => assertSameBits([[300, 389], [517, 389]], 7, ([x, w]) => linear(x as Tensor2D, w as Tensor2D)));

  it('embedding', () => check(fc.asyncProperty(seeds, manyRows, fc.integer({ min: 2, max: 70 }), features, (seed, n, v, d) => {
    const ids = integers(seed, n, v);
    return assertSameBits([[v, d]], seed, ([w]) => embedding(w as Tensor2D, tensor1d(ids, 'int32')));
  })));

  it('rmsNorm', () => check(fc.asyncProperty(seeds, manyRows, features, (seed, n, d) =>
    assertSameBits([[n, d], [d]], seed, ([x, w]) => rmsNorm(x as Tensor2D, w as Tensor1D, 1e-5)))));

  it('rope', () => check(fc.asyncProperty(seeds, manyRows, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 11 }), (seed, n, h, half) =>
    assertSameBits([[n, h, 2 * half]], seed, ([x]) => {
      const angles = Float32Array.from({ length: n * half }, (_, index) => index * 0.37);
      return rope(x as Tensor3D, tf.tensor2d(angles.map(Math.cos), [n, half]), tf.tensor2d(angles.map(Math.sin), [n, half]));
    }))));

  it('swiglu', () => check(fc.asyncProperty(seeds, manyRows, features, (seed, n, f) =>
    assertSameBits([[n, f], [n, f]], seed, ([gate, up]) => swiglu(gate as Tensor2D, up as Tensor2D)))));

  it('crossEntropySum', () => check(fc.asyncProperty(seeds, manyRows, fc.integer({ min: 2, max: 70 }), (seed, n, v) => {
    const targets = integers(seed, n, v, -1);
    return assertSameBits([[n, v]], seed, ([logits]) => crossEntropySum(logits as Tensor2D, targets, 0.25));
  })));

  const attentionSizes = fc.record({
    batch: fc.integer({ min: 1, max: 3 }), queries: fc.integer({ min: 1, max: 140 }), cached: fc.integer({ min: 0, max: 7 }),
    keyValueHeads: fc.integer({ min: 1, max: 3 }), groups: fc.integer({ min: 1, max: 3 }), size: fc.integer({ min: 1, max: 19 }),
  });
  it('attention', () => check(fc.asyncProperty(seeds, attentionSizes, (seed, s) => {
    const keys = s.queries + s.cached;
    const firstKey_N = integers(seed, s.batch * s.queries, keys + 1);
    const keyShape = [s.batch * keys, s.keyValueHeads, s.size];
    return assertSameBits([[s.batch * s.queries, s.keyValueHeads * s.groups, s.size], keyShape, keyShape], seed, ([q, k, v]) =>
      attention(q as Tensor3D, k as Tensor3D, v as Tensor3D, { batch: s.batch, firstKey_N }));
  })));

  it('combined rows of experts', () => check(fc.asyncProperty(seeds, fc.integer({ min: 1, max: 60 }), manyRows, features, (seed, n, a, d) => {
    const row_A = integers(seed, a, n);
    return assertSameBits([[a, d], [a]], seed, ([x, weight]) => combineRows(x as Tensor2D, weight as Tensor1D, { row_A }, n));
  })));

  it('AdamW, addition in place, squared sums and log-likelihoods', async () => {
    const [alone, ...together] = await onEach(() => {
      const [p, g, m, v] = [1, 2, 3, 4].map((seed) => tf.tidy(() => variable(tf.abs(normal(seed, [700, 937]))))) as [Variable, Variable, Variable, Variable];
      adamwUpdate(p, g, m, v, { learningRate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, step: 3, gradientScale: 0.7 });
      addInPlace(g, p);
      const likelihoods = tokenLogLikelihoods(p as unknown as Tensor2D, integers(1, 700, 937, -1));
      const result = [sumOfSquares(p), ...[p, g, m, v].map((x) => x.dataSync().slice()), likelihoods];
      dispose([p, g, m, v]);
      return result;
    });
    for (const result of together) assert.deepEqual(result, alone);
  });

  it('the losses of a training run', async () => {
    const [alone, ...together] = await onEach(async () => {
      const settings = tinyTraining({ plan: { steps: 6, batchSize: 12 } });
      const losses = (await eventsOf(settings)).map((event) => (event.type === 'update' ? [event.loss, event.gradientNorm] : event.type === 'heldOut' ? event.measured.loss : 0));
      disposeTraining(settings);
      return losses;
    });
    for (const losses of together) assert.deepEqual(losses, alone);
  });

  it('a trap in a helper is an error of the operation, and the next one runs', async () => {
    await openBackend('wasm', { threads: 3 });
    const { team } = wasmHeap()!;
    const beyond = 2 ** 32 - 64;
    assert.throws(() => team.run('addInPlace', Array.from({ length: 32 }, () => [beyond, beyond, 4])), /outside the memory/);
    const x = normal(1, [9, 5]);
    const y = linear(x as Tensor2D, x as Tensor2D);
    assert.equal(y.dataSync().length, 81);
    dispose([x, y]);
  });

  it('more threads than this machine has are allowed, and as many pieces as fit', async () => {
    await openBackend('wasm', { threads: 9 });
    const { team } = wasmHeap()!;
    const x = normal(3, [1000]);
    const at = wasmHeap()!.pointer(x);
    const sums = team.run('sumOfSquares', Array.from({ length: 250 }, (_, index) => [at + 16 * index, 4]));
    assert.deepEqual(sums, team.runAlone('sumOfSquares', Array.from({ length: 250 }, (_, index) => [at + 16 * index, 4])));
    x.dispose();
  });

  it('relaxed SIMD gives the same but for rounding', async () => {
    const product = (inputs: Variable[]): Tensor => linear(inputs[0] as Tensor2D, inputs[1] as Tensor2D);
    const exact = await evaluate('wasm', [[70, 90], [50, 90]], 5, product);
    const fused = await evaluate('wasm', [[70, 90], [50, 90]], 5, product, { relaxedSimd: true });
    assert.ok(relativeDifference(fused.value, exact.value) < 1e-6);
    const { device } = await openBackend('wasm', { relaxedSimd: true });
    assert.equal(device.includes('relaxed SIMD'), hasRelaxedSimd(), 'where this Node has none, the usual kernels compute, and it is said');
  });

  it('cuts cover everything once, in multiples of the unit', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 64 }), (total, pieces, unit) => {
      for (const ranges of [cut(total, pieces, unit), fixedRanges(total, unit, pieces)]) {
        assert.ok(ranges.length <= Math.max(1, pieces));
        assert.equal(ranges.reduce((next, { from, count }) => (from === next ? next + count : NaN), 0), total);
        for (const { count } of ranges.slice(0, -1)) assert.equal(count % unit, 0);
      }
    }));
  });

  it('products are cut where the least is packed', () => {
    assert.deepEqual(cutProduct(4096, 256, 4), { rows: 4, columns: 1, packed: 4 * 256 + 4096 });
    assert.deepEqual(cutProduct(256, 4096, 4), { rows: 1, columns: 4, packed: 4096 + 4 * 256 });
    assert.deepEqual(cutProduct(1024, 1024, 16), { rows: 4, columns: 4, packed: 8 * 1024 });
    assert.equal(cutProduct(8, 8, 16).rows, 1);
  });
});
