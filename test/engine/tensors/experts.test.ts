// A layer of experts: routing against the definition, the dispatch of rows against computing every expert for every row,
// kernels against references, over shapes that include experts without a single token.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import {
  balanceLoss, combineRows, expertWeights, groupedLinear, linear, openBackend, routeTokens, rowsOfExperts, swiglu,
} from '../../../src/engine/tensors/index';
import type { BackendName, HostRouting, LayerRouting, Tensor1D, Tensor2D } from '../../../src/engine/tensors/index';
import { balanceLossReference, expertWeightsReference } from '../../../src/engine/tensors/operations/router';
import { assertSameOnBothBackends, check, evaluate, features, normal, relativeDifference, rows, seeds } from './compare';

const shapes = fc.record({ experts: fc.integer({ min: 1, max: 6 }), perToken: fc.integer({ min: 1, max: 6 }), skew: fc.constantFrom(0, 1, 8) })
  .map(({ experts, perToken, skew }) => ({ experts, perToken: Math.min(experts, perToken), skew }));

/** Router logits that no expert changes: fixed, so that a finite step or a rounding never changes who is chosen. */
function fixedLogits(seed: number, n: number, experts: number, skew: number): Tensor2D {
  return tf.tidy(() => tf.sub<Tensor2D>(normal(seed + 50, [n, experts]), tf.mul(tf.range(0, experts), skew)));
}

function fixedRouting(seed: number, n: number, experts: number, perToken: number, skew: number): HostRouting {
  const logits = fixedLogits(seed, n, experts, skew);
  const routing = routeTokens(logits, perToken) as HostRouting;
  logits.dispose();
  return routing;
}

describe('experts', () => {
  it('go to the most probable ones of each row, sorted by expert', async () => {
    await openBackend('cpu');
    const routing = routeTokens(tf.tensor2d([[1, 3, 2], [5, 4, 0], [7, 7, 7]]), 2) as HostRouting;
    assert.deepEqual([...routing.expert_A], [0, 0, 1, 1, 1, 2]);
    assert.deepEqual([...routing.row_A], [1, 2, 0, 1, 2, 0]);
    assert.deepEqual([...routing.offsets], [0, 2, 5, 6]);
    const weights = expertWeights(tf.tensor2d([[1, 3, 2], [5, 4, 0], [7, 7, 7]]), routing).dataSync();
    const sigmoid = 1 / (1 + Math.exp(-1));
    assert.ok(relativeDifference(weights as Float32Array, Float32Array.of(sigmoid, 0.5, sigmoid, 1 - sigmoid, 0.5, 1 - sigmoid)) < 1e-6);
  });

  it('linear layers of groups: kernel against reference', () => check(fc.asyncProperty(seeds, rows, features, features, shapes, (seed, n, i, o, s) => {
    const routing = fixedRouting(seed, n, s.experts, s.perToken, s.skew);
    const weightShapes = Array.from({ length: s.experts }, () => [o, i]);
    return assertSameOnBothBackends([[routing.row_A.length, i], ...weightShapes], seed, ([x, ...weights]) =>
      groupedLinear(x as Tensor2D, weights as unknown as Tensor2D[], routing));
  })));

  it('combined rows: kernel against reference', () => check(fc.asyncProperty(seeds, rows, features, shapes, (seed, n, d, s) => {
    const { row_A } = fixedRouting(seed, n, s.experts, s.perToken, s.skew);
    return assertSameOnBothBackends([[row_A.length, d], [row_A.length]], seed, ([x, weight]) => combineRows(x as Tensor2D, weight as Tensor1D, { row_A }, n));
  })));

  it('linear layers with a bias: kernel against reference', () => check(fc.asyncProperty(seeds, rows, features, features, (seed, n, i, o) =>
    assertSameOnBothBackends([[n, i], [o, i], [o]], seed, ([x, w, b]) => linear(x as Tensor2D, w as Tensor2D, b as Tensor1D)))));

  for (const backend of ['cpu', 'wasm'] as const) {
    it(`the whole dispatch equals every expert computed for every row, on ${backend}`, () => check(fc.asyncProperty(seeds, rows, features, features, shapes, async (seed, n, d, f, s) => {
      const routing = await onBackend(backend, () => fixedRouting(seed, n, s.experts, s.perToken, s.skew));
      const perExpert = Array.from({ length: s.experts }, () => [[f, d], [f, d], [d, f]]).flat();
      const logits = await onBackend(backend, () => Array.from(tf.tidy(() => fixedLogits(seed, n, s.experts, s.skew).dataSync())));
      const inputs = [[n, d], ...perExpert];
      const fast = await evaluate(backend, inputs, seed, ([x, ...all]) => {
        const w = (which: number): Tensor2D[] => all.filter((_, index) => index % 3 === which) as unknown as Tensor2D[];
        const x_AD = rowsOfExperts(x as Tensor2D, routing);
        const hidden = swiglu(groupedLinear(x_AD, w(0), routing), groupedLinear(x_AD, w(1), routing));
        const weight_A = expertWeights(tf.tensor2d(logits, [n, s.experts]), routing);
        return combineRows(groupedLinear(hidden, w(2), routing), weight_A, routing, n);
      });
      const plain = await evaluate('cpu', inputs, seed, ([x, ...all]) => {
        const chosen = new Float32Array(n * s.experts);
        routing.row_A.forEach((row, a) => { chosen[row * s.experts + routing.expert_A[a]!] = 1; });
        const kept = tf.mul(tf.softmax(tf.tensor2d(logits, [n, s.experts])), tf.tensor2d(chosen, [n, s.experts]));
        const weight_NE = tf.div(kept, tf.sum(kept, 1, true));
        return tf.addN(Array.from({ length: s.experts }, (_, e) => {
          const [w1, w3, w2] = [all[3 * e]!, all[3 * e + 1]!, all[3 * e + 2]!] as unknown as Tensor2D[];
          const y = linear(swiglu(linear(x as Tensor2D, w1!), linear(x as Tensor2D, w3!)), w2!);
          return tf.mul(y, tf.slice(weight_NE, [0, e], [n, 1]));
        }));
      });
      assert.ok(relativeDifference(fast.value, plain.value) < 2e-5, 'value');
      plain.gradients.forEach((gradient, index) => {
        const difference = relativeDifference(fast.gradients[index]!, gradient);
        assert.ok(difference < 2e-5, `gradient ${index} differs by ${difference}`);
      });
    })));

    it(`weights and the balance loss are those of tfjs's own operations, on ${backend}`, () => check(fc.asyncProperty(seeds, rows, shapes, async (seed, n, s) => {
      const counts = Array.from({ length: n }, (_, row) => (row % 3 === 1 ? 0 : 1));
      const layersOf = (logits: readonly tf.Tensor[]): LayerRouting<HostRouting>[] =>
        logits.map((layer) => ({ logits_NE: layer as Tensor2D, routing: routeTokens(layer as Tensor2D, s.perToken) as HostRouting }));
      const operations: readonly [(inputs: tf.Tensor[]) => tf.Tensor, (inputs: tf.Tensor[]) => tf.Tensor][] = [
        [([x]) => expertWeights(x as Tensor2D, routeTokens(x as Tensor2D, s.perToken)), ([x]) => expertWeightsReference(x as Tensor2D, routeTokens(x as Tensor2D, s.perToken) as HostRouting)],
        [(x) => balanceLoss(layersOf(x), counts), (x) => balanceLossReference(layersOf(x), counts)],
      ];
      for (const [operation, reference] of operations) {
        const own = await evaluate(backend, [[n, s.experts], [n, s.experts]], seed, operation);
        const plain = await evaluate('cpu', [[n, s.experts], [n, s.experts]], seed, reference);
        assert.ok(relativeDifference(own.value, plain.value) < 1e-5);
        plain.gradients.forEach((gradient, index) => { assert.ok(relativeDifference(own.gradients[index]!, gradient) < 1e-5, `gradient ${index}`); });
      }
    })));
  }
});

async function onBackend<T>(backend: BackendName, make: () => T): Promise<T> {
  await openBackend(backend);
  return make();
}
