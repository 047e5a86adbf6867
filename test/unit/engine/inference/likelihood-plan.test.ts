// How requests are ordered into passes and batches.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserError } from '../../../../src/base/errors/problem';
import { isBranch, planScoring, rowsThatPredict, type Pass, type PlanLimits, type SharedLeaf, type SharedNode } from '../../../../src/engine/inference/likelihood-plan';

const tokens = (minLength: number): fc.Arbitrary<number[]> => fc.array(fc.integer({ min: 0, max: 3 }), { minLength, maxLength: 6 });
const pairs = fc.array(fc.record({ context: tokens(1), continuation: tokens(1) }), { maxLength: 12 });

const planPasses = (requests: Parameters<typeof planScoring>[0], limits: PlanLimits): readonly (readonly Pass[])[] => planScoring(requests, limits).batches;

describe('the plan of forward passes', () => {
  it('answers every request once, each pass holding its input', () => {
    fc.assert(fc.property(pairs, fc.integer({ min: 6, max: 12 }), (requests, maxPositions) => {
      const passes = planPasses(requests, { maxPositions, tokensPerBatch: 20 }).flat();
      assert.deepEqual(passes.flatMap((pass) => pass.requests.map(({ index }) => index)).sort((a, b) => a - b), [...requests.keys()]);
      for (const pass of passes) {
        for (const { index } of pass.requests) {
          const whole = [...requests[index]!.context, ...requests[index]!.continuation];
          assert.deepEqual(pass.input, whole.slice(Math.max(0, whole.length - maxPositions - 1), -1));
        }
      }
      assert.equal(new Set(passes.map((pass) => pass.input.join())).size, passes.length);
    }));
  });

  it('goes from long to short and keeps batches within their tokens', () => {
    fc.assert(fc.property(pairs, fc.integer({ min: 1, max: 40 }), (requests, tokensPerBatch) => {
      const batches = planPasses(requests, { maxPositions: 100, tokensPerBatch });
      const lengths = batches.flat().map((pass) => pass.input.length);
      assert.deepEqual(lengths, [...lengths].sort((a, b) => b - a));
      for (const batch of batches) assert.ok(batch.length === 1 || batch.length * batch[0]!.input.length <= tokensPerBatch);
    }));
  });

  it('shares one pass among the choices of a question', () => {
    const batches = planPasses([10, 11, 12, 13].map((letter) => ({ context: [1, 2, 3], continuation: [letter] })), { maxPositions: 100, tokensPerBatch: 100 });
    assert.equal(batches.flat().length, 1);
    assert.deepEqual(batches[0]![0]!.input, [1, 2, 3]);
  });

  it('drops the beginning of what is too long, never the continuation', () => {
    const batches = planPasses([{ context: [1, 2, 3, 4], continuation: [5, 6] }], { maxPositions: 3, tokensPerBatch: 100 });
    assert.deepEqual(batches[0]![0]!.input, [3, 4, 5]);
    assert.throws(() => planPasses([{ context: [1], continuation: [2, 3, 4, 5] }], { maxPositions: 3, tokensPerBatch: 100 }), UserError);
  });

  /** Passes of a tree, each put together from the tokens that are computed on the way to it. */
  function follow(node: SharedNode, before: readonly number[] = []): { pass: Pass; computed: readonly number[] }[] {
    assert.equal(node.from, before.length);
    if (!isBranch(node)) return [{ pass: node.pass, computed: [...before, ...node.pass.input.slice(node.from)] }];
    assert.ok(node.to > node.from && node.children.length > 1);
    return node.children.flatMap((child) => follow(child, [...before, ...node.input.slice(node.from, node.to)]));
  }

  it('makes trees of passes that begin alike, each request once', () => {
    const shots = Array.from({ length: 40 }, (_, i) => i % 7);
    const question = (id: number): number[] => [...shots, ...Array.from({ length: 9 }, () => 50 + id), 60, 61];
    const requests = [0, 1, 2].flatMap((id) => [[70, 71], [72, 73]].map((continuation) => ({ context: question(id), continuation })));
    const lone = { context: Array.from({ length: 45 }, () => 9), continuation: [1] };
    const { trees: [tree, ...others], batches } = planScoring([...requests, lone], { maxPositions: 100, tokensPerBatch: 100 });
    assert.deepEqual(batches.flat().map(({ requests: [one] }) => one!.index), [6]);
    assert.equal(others.length, 0);
    assert.equal(tree!.to, 40);
    // Options of one question share what they have in common beyond the examples; the row that predicts their first token is each one's own.
    assert.deepEqual(tree!.children.map((child) => (isBranch(child) ? child.to : 0)), [50, 50, 50]);
    assert.deepEqual(follow(tree!).flatMap(({ pass }) => pass.requests.map(({ index }) => index)).sort((a, b) => a - b), [0, 1, 2, 3, 4, 5]);
  });

  it('computes in a tree exactly the tokens of each pass, its predicting rows in one piece', () => {
    const start = Array.from({ length: 32 }, () => 1);
    const long = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 40 });
    fc.assert(fc.property(fc.array(fc.record({ context: long, continuation: long }), { minLength: 2, maxLength: 12 }), fc.boolean(), (some, doubled) => {
      const requests = some.map(({ context, continuation }) => ({ context: [...start, ...(doubled ? start : []), ...context], continuation }));
      const { trees, batches } = planScoring(requests, { maxPositions: 200, tokensPerBatch: 100, regime: (length) => length % 2 });
      const found = trees.flatMap((tree) => follow(tree));
      for (const { pass, computed } of found) assert.deepEqual(computed, pass.input);
      const leaves = (node: SharedNode): SharedLeaf[] => (isBranch(node) ? node.children.flatMap(leaves) : [node]);
      for (const { pass, from } of trees.flatMap(leaves)) assert.ok(pass.input.length - from >= rowsThatPredict(pass));
      const answered = [...found.map(({ pass }) => pass), ...batches.flat()].flatMap((pass) => pass.requests.map(({ index }) => index));
      assert.deepEqual(answered.sort((a, b) => a - b), [...requests.keys()]);
    }));
  });

  it('shares nothing whose keys turn by other frequencies, nor what is little', () => {
    const context = Array.from({ length: 40 }, () => 1);
    const pair = [{ context, continuation: [2, 3] }, { context: [...context, 4], continuation: [2, 3] }];
    assert.equal(planScoring(pair, { maxPositions: 100, tokensPerBatch: 100 }).trees.length, 1);
    assert.equal(planScoring(pair, { maxPositions: 100, tokensPerBatch: 100, regime: (length) => length }).trees.length, 0);
    const shorter = pair.map((one) => ({ ...one, context: one.context.slice(10) }));
    assert.equal(planScoring(shorter, { maxPositions: 100, tokensPerBatch: 100 }).trees.length, 0);
  });
});
