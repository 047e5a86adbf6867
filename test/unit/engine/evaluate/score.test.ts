import assert from 'node:assert/strict';
import fc from 'fast-check';
import { scoreItem } from '../../../../src/engine/evaluate/score';

describe('scoreItem', () => {
  it('gives a tie to the first choice', () => {
    assert.deepEqual(scoreItem([-2, -1, -1], ['a', 'b', 'c'], 1), { acc: 1, acc_norm: 1, acc_bytes: 1 });
    assert.deepEqual(scoreItem([-2, -1, -1], ['a', 'b', 'c'], 2), { acc: 0, acc_norm: 0, acc_bytes: 0 });
  });

  it('divides by code points or by bytes, not by UTF-16 units', () => {
    // 🧬🧬 is two code points, four UTF-16 units, eight bytes: −3 / 2 loses to −4 / 3, −3 / 4 and −3 / 8 win.
    assert.deepEqual(scoreItem([-3, -4], ['🧬🧬', 'abc'], 1), { acc: 0, acc_norm: 1, acc_bytes: 0 });
  });

  it('scores wrong without a gold answer among the choices', () => {
    assert.deepEqual(scoreItem([-1, -2], ['a', 'b'], undefined), { acc: 0, acc_norm: 0, acc_bytes: 0 });
  });

  it('lets acc_norm equal acc for choices of one letter', () => {
    const scores = fc.array(fc.double({ min: -50, max: 0, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(fc.property(scores, fc.nat(3), (values, gold) => {
      const { acc, acc_norm } = scoreItem(values, ['A', 'B', 'C', 'D'], gold);
      assert.equal(acc, acc_norm);
      assert.equal(acc, values.indexOf(Math.max(...values)) === gold ? 1 : 0);
    }));
  });
});
