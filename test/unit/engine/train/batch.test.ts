import assert from 'node:assert/strict';
import { makeBatch, paddedLength } from '../../../../src/engine/train/batch';
import { documentRows, windowRows } from '../../../../src/engine/train/rows';
import { shardOf } from './shards';

describe('a training batch', () => {
  it('restarts positions and attention where a document starts inside a window', () => {
    const rows = windowRows('stage', shardOf([3, 4, 5]), { sequenceLength: 8, resetsAtDocuments: true });
    const batch = makeBatch([{ of: rows, row: 0 }], { padId: 0, maximumLength: 8 });
    assert.deepEqual([...batch.rows.ids_N], [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual([...batch.rows.positions_N], [0, 1, 2, 0, 1, 2, 3, 0]);
    assert.deepEqual([...batch.rows.firstKey_N], [0, 0, 0, 3, 3, 3, 3, 7]);
    assert.deepEqual([...batch.targets_N], [2, 3, -1, 5, 6, 7, -1, 9]);
    assert.deepEqual([...batch.exampleLength_N], [2, 2, 0, 3, 3, 3, 0, 1]);
    assert.equal(batch.lossTokens, 6);
    assert.equal(batch.tokens, 8);
  });

  it('lets positions and attention run on over documents when asked to', () => {
    const rows = windowRows('stage', shardOf([3, 6]), { sequenceLength: 8, resetsAtDocuments: false });
    const batch = makeBatch([{ of: rows, row: 0 }], { padId: 0, maximumLength: 8 });
    assert.deepEqual([...batch.rows.positions_N], [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(new Set(batch.rows.firstKey_N), new Set([0]));
    assert.deepEqual([...batch.targets_N], [2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('pads shorter rows on the right with tokens that see themselves alone and bear no loss', () => {
    const rows = documentRows('stage', shardOf([4, 6]), 16);
    const batch = makeBatch([{ of: rows, row: 0 }, { of: rows, row: 1 }], { padId: 99, maximumLength: 16 });
    assert.equal(batch.rows.length, 8);
    assert.deepEqual([...batch.rows.ids_N], [1, 2, 3, 99, 99, 99, 99, 99, 5, 6, 7, 8, 9, 99, 99, 99]);
    assert.deepEqual([...batch.rows.firstKey_N], [0, 0, 0, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0, 5, 6, 7]);
    assert.deepEqual([...batch.targets_N], [2, 3, 4, -1, -1, -1, -1, -1, 6, 7, 8, 9, 10, -1, -1, -1]);
    assert.deepEqual([...batch.isToken_N], [1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0]);
    assert.deepEqual([...batch.exampleLength_N], [3, 3, 3, 0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 0, 0, 0]);
    assert.equal(batch.tokens, 8);
  });

  it('pads to a multiple of eight but never past the sequence length', () => {
    assert.equal(paddedLength(9, 64), 16);
    assert.equal(paddedLength(16, 64), 16);
    assert.equal(paddedLength(61, 62), 62);
  });
});
