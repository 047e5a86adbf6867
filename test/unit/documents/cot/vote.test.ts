import assert from 'node:assert/strict';
import fc from 'fast-check';
import { majorityVote } from '../../../../src/documents/cot/vote';

describe('majorityVote', () => {
  it('takes the letter most samples gave; a sample without an answer has no vote but counts in the agreement', () => {
    assert.deepEqual(majorityVote(['B', undefined, 'A', 'B'], 'first-seen'), { letter: 'B', votes: 2, agreement: 0.5, tied: [] });
  });
  it('breaks ties by the rule it is given', () => {
    const samples = ['D', 'B', undefined, 'B', 'D'];
    assert.equal(majorityVote(samples, 'first-seen').letter, 'D');
    assert.equal(majorityVote(samples, 'lowest-letter').letter, 'B');
    assert.deepEqual(majorityVote(samples, 'first-seen').tied, ['D', 'B']);
  });
  it('has no winner when nothing was answered', () => {
    assert.deepEqual(majorityVote([undefined, undefined], 'first-seen'), { letter: undefined, votes: 0, agreement: 0, tied: [] });
    assert.equal(majorityVote([], 'lowest-letter').letter, undefined);
  });
  it('under lowest-letter does not depend on the order of the samples', () => {
    const samples = fc.array(fc.constantFrom('A', 'B', 'C', undefined));
    fc.assert(fc.property(samples, (list) => {
      assert.equal(majorityVote(list, 'lowest-letter').letter, majorityVote([...list].reverse(), 'lowest-letter').letter);
    }));
  });
});
