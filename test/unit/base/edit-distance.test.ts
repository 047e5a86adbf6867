import assert from 'node:assert/strict';
import fc from 'fast-check';
import { editDistance, nearest } from '../../../src/base/text/edit-distance';

describe('editDistance', () => {
  it('counts insertions, deletions, replacements and swaps of neighbours', () => {
    assert.equal(editDistance('seed', 'seeds'), 1);
    assert.equal(editDistance('domian', 'domain'), 1);
    assert.equal(editDistance('kitten', 'sitting'), 3);
    assert.equal(editDistance('', 'abc'), 3);
  });

  it('is zero for equal texts only, symmetric, and at most the longer length', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(fc.property(text, text, (a, b) => {
      const distance = editDistance(a, b);
      return distance === editDistance(b, a) && distance <= Math.max(a.length, b.length) && (distance === 0) === (a === b);
    }));
  });
});

describe('nearest', () => {
  const keys = ['learningRate', 'batchSize', 'seed'];
  it('finds what was meant, whatever the style of the key', () => {
    assert.equal(nearest('learning_rate', keys), 'learningRate');
    assert.equal(nearest('bachSize', keys), 'batchSize');
    assert.equal(nearest('Seed', keys), 'seed');
  });

  it('finds nothing when nothing is near', () => {
    assert.equal(nearest('gradientCheckpointing', keys), undefined);
  });
});
