import assert from 'node:assert/strict';
import fc from 'fast-check';
import { makeBatch } from '../../../../src/engine/train/batch';
import { documentAt, documentRows, windowRows, type ShardRows } from '../../../../src/engine/train/rows';
import { shardOf } from './shards';

const documentLengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }).filter((lengths) => lengths.some((length) => length > 1));
const sequenceLength = fc.integer({ min: 1, max: 33 });

/** Every target that bears loss, over all rows, each row alone in a batch. */
function targetsOf(rows: ShardRows): number[] {
  return Array.from(rows.starts, (_, row) => row)
    .flatMap((row) => [...makeBatch([{ of: rows, row }], { padId: 0, maximumLength: 64 }).targets_N])
    .filter((target) => target >= 0);
}

describe('rows of training', () => {
  it('predict every token of the stream but the first exactly once, when documents see each other', () => {
    fc.assert(fc.property(documentLengths, sequenceLength, (lengths, length) => {
      const shard = shardOf(lengths);
      const rows = windowRows('stage', shard, { sequenceLength: length, resetsAtDocuments: false });
      assert.deepEqual(targetsOf(rows).sort((a, b) => a - b), [...shard.tokens.slice(1)]);
      assert.equal(rows.boundaryTokens, 0);
    }));
  });

  it('leave out and count the first token of each document, when documents do not', () => {
    fc.assert(fc.property(documentLengths, sequenceLength, (lengths, length) => {
      const shard = shardOf(lengths);
      const rows = windowRows('stage', shard, { sequenceLength: length, resetsAtDocuments: true });
      const inside = [...shard.tokens].filter((_, offset) => !shard.starts.includes(offset));
      assert.deepEqual(targetsOf(rows).sort((a, b) => a - b), inside);
      assert.equal(rows.boundaryTokens, lengths.length - 1);
      assert.equal(rows.lossTokens.reduce((sum, tokens) => sum + tokens, 0), inside.length);
    }));
  });

  it('never leave a document when rows are documents, and cut the long ones', () => {
    fc.assert(fc.property(documentLengths, sequenceLength, (lengths, length) => {
      const shard = shardOf(lengths);
      const rows = documentRows('stage', shard, length);
      const inside = [...shard.tokens].filter((_, offset) => !shard.starts.includes(offset));
      assert.deepEqual(targetsOf(rows), inside);
      rows.starts.forEach((start, row) => {
        assert.ok(rows.lengths[row]! <= length);
        assert.equal(documentAt(shard.starts, start), documentAt(shard.starts, start + rows.lengths[row]!));
      });
    }));
  });

  it('learn only what the mask allows, and count documents in which that is nothing', () => {
    const mask = Uint8Array.from([0, 0, 1, 1, 0, 0, 0, 1, 1, 0]);
    const rows = documentRows('stage', shardOf([4, 3, 3], mask), 8);
    assert.deepEqual([...rows.starts], [0, 7]);
    assert.equal(rows.rowsWithoutLoss, 1);
    assert.deepEqual(targetsOf(rows), [3, 4, 9]);
  });

  it('finds the document of every token', () => {
    fc.assert(fc.property(documentLengths, (lengths) => {
      const { starts, tokens } = shardOf(lengths);
      tokens.forEach((_, offset) => {
        const document = documentAt(starts, offset);
        assert.ok(starts[document]! <= offset && offset < (starts[document + 1] ?? tokens.length));
      });
    }));
  });
});
