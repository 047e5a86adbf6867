// How requests are ordered into passes and batches.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserError } from '../../../../src/base/errors/problem';
import { planPasses } from '../../../../src/engine/inference/likelihood-plan';

const tokens = (minLength: number): fc.Arbitrary<number[]> => fc.array(fc.integer({ min: 0, max: 3 }), { minLength, maxLength: 6 });
const pairs = fc.array(fc.record({ context: tokens(1), continuation: tokens(1) }), { maxLength: 12 });

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
});
