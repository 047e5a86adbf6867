// Which keys each token may see, by the layout of its row.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { packedRows, paddedRows, plainRows, windowedFirstKey } from '../../../../src/engine/model/layout';

describe('row layouts', () => {
  it('lets every token of a plain row see all before it', () => {
    const rows = plainRows([[5, 6, 7], [8, 9, 10]]);
    assert.deepEqual([...rows.ids_N], [5, 6, 7, 8, 9, 10]);
    assert.deepEqual([...rows.positions_N], [0, 1, 2, 0, 1, 2]);
    assert.deepEqual([...rows.firstKey_N], [0, 0, 0, 0, 0, 0]);
    assert.deepEqual([rows.batch, rows.length], [2, 3]);
  });

  it('restarts positions and sight at each document of a packed row', () => {
    const rows = packedRows([{ ids: [1, 2, 3, 4, 5], documentStarts: [2, 4] }]);
    assert.deepEqual([...rows.positions_N], [0, 1, 0, 1, 0]);
    assert.deepEqual([...rows.firstKey_N], [0, 0, 2, 2, 4]);
  });

  it('never shows a token another document, whatever the starts', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.array(fc.nat(39)), (length, starts) => {
      const documentStarts = [...new Set(starts.filter((start) => start < length))].sort((a, b) => a - b);
      const { positions_N, firstKey_N } = packedRows([{ ids: new Array<number>(length).fill(0), documentStarts }]);
      for (let t = 0; t < length; t++) {
        const own = Math.max(0, ...documentStarts.filter((start) => start <= t));
        assert.equal(firstKey_N[t], own);
        assert.equal(positions_N[t], t - own);
      }
    }));
  });

  it('fills short rows up on the right, with padding that sees itself alone', () => {
    const rows = paddedRows([[1, 2, 3], [4], []], 9);
    assert.deepEqual([...rows.ids_N], [1, 2, 3, 4, 9, 9, 9, 9, 9]);
    assert.deepEqual([...rows.firstKey_N], [0, 0, 0, 0, 1, 2, 0, 1, 2]);
    assert.deepEqual([...rows.positions_N], [0, 1, 2, 0, 1, 2, 0, 1, 2]);
  });

  it('refuses rows of unequal length where none may be padded', () => {
    assert.throws(() => plainRows([[1, 2], [3]]), RangeError);
  });

  it('narrows sight to the window, the query included, also behind a cache', () => {
    const none = new Int32Array(4);
    assert.deepEqual([...windowedFirstKey(none, 4, 4, 2)], [0, 0, 1, 2]);
    assert.deepEqual([...windowedFirstKey(none, 4, 4, null)], [0, 0, 0, 0]);
    assert.deepEqual([...windowedFirstKey(new Int32Array(1), 1, 10, 3)], [7]);
    assert.deepEqual([...windowedFirstKey(Int32Array.of(0, 0, 2, 2), 4, 4, 3)], [0, 0, 2, 2]);
  });
});
