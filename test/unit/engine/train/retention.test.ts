import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mostKept, stepsToRemove } from '../../../../src/engine/train/checkpoint-folder';

const at = (step: number, clinical?: number) => ({ step, heldOut: clinical === undefined ? {} : { clinical } });

describe('which checkpoints are kept', () => {
  const checkpoints = [at(10, 3), at(20, 1), at(30), at(40, 1), at(50, 2)];

  it('the newest', () => {
    assert.deepEqual(stepsToRemove(checkpoints, { keep: 2 }), [30, 20, 10]);
  });

  it('every nth as well', () => {
    assert.deepEqual(stepsToRemove(checkpoints, { keep: 1, keepEverySteps: 20 }), [30, 10]);
  });

  it('the best on a held-out set as well, the earlier of two as good', () => {
    assert.deepEqual(stepsToRemove(checkpoints, { keep: 1, keepBest: 'clinical' }), [40, 30, 10]);
    assert.deepEqual(stepsToRemove([at(1), at(2)], { keep: 1, keepBest: 'clinical' }), [1]);
  });

  it('in a number that is known beforehand, whatever is measured', () => {
    const losses = fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(fc.property(losses, fc.integer({ min: 1, max: 4 }), fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }), fc.constantFrom(undefined, 'clinical'), (values, keep, keepEverySteps, keepBest) => {
      const rule = { keep, keepEverySteps, keepBest };
      const facts = values.map((loss, index) => at(index + 1, loss));
      assert.ok(facts.length - stepsToRemove(facts, rule).length <= mostKept(rule, facts.length));
    }));
    assert.equal(mostKept({ keep: 2, keepEverySteps: 10, keepBest: 'clinical' }, 35), 6);
  });

  it('never gives up the newest or the best', () => {
    const steps = fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1 });
    fc.assert(fc.property(steps, fc.infiniteStream(fc.double({ min: 0, max: 9, noNaN: true })), fc.integer({ min: 1, max: 4 }), (list, losses, keep) => {
      const facts = list.map((step) => at(step, losses.next().value as number));
      const removed = new Set(stepsToRemove(facts, { keep, keepBest: 'clinical' }));
      assert.ok(!removed.has(Math.max(...list)));
      const kept = facts.filter(({ step }) => !removed.has(step));
      assert.equal(Math.min(...kept.map(({ heldOut }) => heldOut.clinical!)), Math.min(...facts.map(({ heldOut }) => heldOut.clinical!)));
      assert.ok(kept.length <= keep + 1);
    }));
  });
});
