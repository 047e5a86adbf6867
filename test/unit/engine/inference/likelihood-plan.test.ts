// How requests are ordered into passes and batches.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserError } from '../../../../src/base/errors/problem';
import { planScoring, sharedLength, type PlanLimits, type Pass } from '../../../../src/engine/inference/likelihood-plan';

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

  it('chains passes that begin alike for the most part, each request once', () => {
    const shots = Array.from({ length: 40 }, (_, i) => i % 7);
    const question = (id: number): number[] => [...shots, 50 + id, 60, 61];
    const requests = [0, 1, 2].flatMap((id) => [[70, 71], [72, 73]].map((continuation) => ({ context: question(id), continuation })));
    const lone = { context: Array.from({ length: 45 }, () => 9), continuation: [1] };
    const { chains, batches } = planScoring([...requests, lone], { maxPositions: 100, tokensPerBatch: 100 });
    assert.deepEqual(batches.flat().map(({ requests: [one] }) => one!.index), [6]);
    const [chain] = chains;
    assert.deepEqual(chain!.flatMap((pass) => pass.requests.map(({ index }) => index)).sort((a, b) => a - b), [0, 1, 2, 3, 4, 5]);
    for (const [i, pass] of chain!.slice(1).entries()) assert.ok(sharedLength(chain![i]!.input, pass.input) >= 40);
    // Options of one question come one after another, so that what they share beyond the examples is kept too.
    assert.equal(chain!.slice(1).filter((pass, i) => sharedLength(chain![i]!.input, pass.input) === 43).length, 3);
  });

  it('chains nothing whose keys turn by other frequencies, nor what shares little', () => {
    const context = Array.from({ length: 40 }, () => 1);
    const pair = [{ context, continuation: [2, 3] }, { context: [...context, 4], continuation: [2, 3] }];
    assert.equal(planScoring(pair, { maxPositions: 100, tokensPerBatch: 100 }).chains.length, 1);
    assert.equal(planScoring(pair, { maxPositions: 100, tokensPerBatch: 100, regime: (length) => length }).chains.length, 0);
    const longer = [pair[0]!, { context: [...context, ...Array.from({ length: 50 }, () => 5)], continuation: [2] }];
    assert.equal(planScoring(longer, { maxPositions: 100, tokensPerBatch: 100 }).chains.length, 0);
  });
});
