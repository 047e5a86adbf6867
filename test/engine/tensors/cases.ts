// Every differentiable operation over shapes drawn at random, as one table: what a backend or another form of an operation
// is held against the plain reference with.
import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { RandomStream } from '../../../src/base/math/random';
import {
  add, attention, balanceLoss, combineRows, crossEntropySum, embedding, expertWeights, groupedLinear, linear, reshape, rmsNorm, rope, routeTokens, rowsOfExperts,
  swiglu, tensor1d,
} from '../../../src/engine/tensors/index';
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Variable } from '../../../src/engine/tensors/index';
import { features, rows, seeds, vocabularies } from './compare';

/** The operations, in one form each. */
export const publicForms = { add, attention, combineRows, crossEntropySum, embedding, linear, reshape, rmsNorm, rope, swiglu };
export type Forms = typeof publicForms;

export interface DrawnCase {
  readonly seed: number;
  readonly shapes: number[][];
  readonly operation: (forms: Forms, inputs: Variable[]) => Tensor;
}

export function integers(seed: number, count: number, below: number, from = 0): Int32Array {
  const random = RandomStream.of(seed, 'integers');
  return Int32Array.from({ length: count }, () => from + random.integer(below - from));
}

const attentionSizes = fc.record({
  batch: fc.integer({ min: 1, max: 3 }), queries: fc.integer({ min: 1, max: 19 }), cached: fc.integer({ min: 0, max: 7 }),
  keyValueHeads: fc.integer({ min: 1, max: 3 }), groups: fc.integer({ min: 1, max: 3 }), size: fc.integer({ min: 1, max: 19 }),
  window: fc.constantFrom('all', 'sliding', 'documents', 'random'),
});

/** Sequences and heads of more than one block of any kernel. */
const largeAttentionSizes = fc.record({
  batch: fc.integer({ min: 1, max: 2 }), queries: fc.integer({ min: 60, max: 150 }), cached: fc.constantFrom(0, 3, 70),
  keyValueHeads: fc.constant(1), groups: fc.integer({ min: 1, max: 2 }), size: fc.constantFrom(8, 64, 72, 130),
  window: fc.constantFrom('all', 'sliding', 'documents', 'random'),
});

function attentionCase([seed, s]: [number, typeof attentionSizes extends fc.Arbitrary<infer T> ? T : never]): DrawnCase {
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
  const keyShape = [s.batch * keys, s.keyValueHeads, s.size];
  return {
    seed, shapes: [[s.batch * s.queries, s.keyValueHeads * s.groups, s.size], keyShape, keyShape],
    operation: (forms, [q, k, v]) => forms.attention(q as Tensor3D, k as Tensor3D, v as Tensor3D, { batch: s.batch, firstKey_N }),
  };
}

/** A few experts, of which a row's chosen ones may be all. */
const routed = fc.record({ experts: fc.integer({ min: 1, max: 6 }), perToken: fc.integer({ min: 1, max: 6 }) })
  .map(({ experts, perToken }) => ({ experts, perToken: Math.min(experts, perToken) }));

export const operationCases: Readonly<Record<string, fc.Arbitrary<DrawnCase>>> = {
  'linear': fc.tuple(seeds, rows, features, features).map(([seed, n, i, o]) => ({
    seed, shapes: [[n, i], [o, i]], operation: (forms, [x, w]) => forms.linear(x as Tensor2D, w as Tensor2D),
  })),
  'linear with a bias': fc.tuple(seeds, rows, features, features).map(([seed, n, i, o]) => ({
    seed, shapes: [[n, i], [o, i], [o]], operation: (forms, [x, w, b]) => forms.linear(x as Tensor2D, w as Tensor2D, b as Tensor1D),
  })),
  'sums under another shape': fc.tuple(seeds, rows, features).map(([seed, n, d]) => ({
    seed, shapes: [[n, d], [n, d]], operation: (forms, [x, y]) => forms.reshape(forms.add(x!, y!), [d, n]),
  })),
  'embedding, one row of which may be frozen': fc.tuple(seeds, rows, vocabularies, features, fc.boolean()).map(([seed, n, v, d, freezes]) => {
    const ids = integers(seed, n, v);
    return { seed, shapes: [[v, d]], operation: (forms, [w]) => forms.embedding(w as Tensor2D, tensor1d(ids, 'int32'), freezes ? ids[0] : undefined) };
  }),
  // One feature divided by its own size is its sign: the gradient is then a difference of equals, all rounding.
  'rmsNorm': fc.tuple(seeds, rows, fc.oneof(fc.integer({ min: 2, max: 37 }), fc.integer({ min: 60, max: 200 }))).map(([seed, n, d]) => ({
    seed, shapes: [[n, d], [d]], operation: (forms, [x, w]) => forms.rmsNorm(x as Tensor2D, w as Tensor1D, 1e-5),
  })),
  'rope': fc.tuple(seeds, rows, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 11 })).map(([seed, n, h, half]) => ({
    seed, shapes: [[n, h, 2 * half]],
    operation: (forms, [x]) => {
      const angles = Float32Array.from({ length: n * half }, (_, index) => (seed % 100) + index * 0.37);
      return forms.rope(x as Tensor3D, tf.tensor2d(angles.map(Math.cos), [n, half]), tf.tensor2d(angles.map(Math.sin), [n, half]));
    },
  })),
  'swiglu': fc.tuple(seeds, rows, features).map(([seed, n, f]) => ({
    seed, shapes: [[n, f], [n, f]], operation: (forms, [gate, up]) => forms.swiglu(gate as Tensor2D, up as Tensor2D),
  })),
  'crossEntropySum with ignored targets': fc.tuple(seeds, rows, fc.oneof(vocabularies, fc.integer({ min: 60, max: 300 }))).map(([seed, n, v]) => {
    const targets = integers(seed, n, v, -1);
    return { seed, shapes: [[n, v]], operation: (forms, [logits]) => forms.crossEntropySum(logits as Tensor2D, targets, 0.25) };
  }),
  'a layer of experts, from the logits of its router on': fc.tuple(seeds, rows, features, features, routed).map(([seed, n, d, f, { experts, perToken }]) => ({
    seed, shapes: [[n, d], [n, experts], ...Array.from({ length: experts }, () => [[f, d], [f, d], [d, f]]).flat()],
    operation: (forms, [x, logits, ...weights]) => {
      // Of numbers of size 1 all the way, as in a model: large ones leave a gradient that is a difference of larger ones.
      const of = (which: number): Tensor2D[] => weights.filter((_, index) => index % 3 === which).map((weight) => tf.mul(weight as unknown as Tensor2D, 1 / Math.sqrt(weight.shape[1]!)));
      const routing = routeTokens(logits as Tensor2D, perToken);
      const x_AD = rowsOfExperts(x as Tensor2D, routing);
      const hidden_AF = forms.swiglu(groupedLinear(x_AD, of(0), routing), groupedLinear(x_AD, of(1), routing));
      return combineRows(groupedLinear(hidden_AF, of(2), routing), expertWeights(logits as Tensor2D, routing), routing, n);
    },
  })),
  'the load-balance loss of two layers': fc.tuple(seeds, rows, routed).map(([seed, n, { experts, perToken }]) => ({
    seed, shapes: [[n, experts], [n, experts]],
    operation: (_forms, layers) => balanceLoss(layers.map((logits) => ({ logits_NE: logits as Tensor2D, routing: routeTokens(logits as Tensor2D, perToken) })), new Array<number>(n).fill(1)),
  })),
  'attention with caches, grouped heads, windows and document bounds': fc.tuple(seeds, attentionSizes).map(attentionCase),
  'attention over many keys and large heads': fc.tuple(seeds, largeAttentionSizes).map(attentionCase),
};
