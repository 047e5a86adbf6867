// Documents packed whole into rows: the bins of TRL, and nothing of the documents lost or mixed.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bestFitDecreasing } from '../../../../src/engine/train/best-fit';
import { makeBatch } from '../../../../src/engine/train/batch';
import { documentsOf } from '../../../../src/engine/train/data-plan';
import { documentRows, packedDocumentRows, type ShardRows } from '../../../../src/engine/train/rows';
import { readFixture } from './fixtures';
import { shardOf } from './shards';

/** What rows learn: each target with the tokens of its own document it may see. `shardOf` gives every token its own number. */
function lessons(rows: ShardRows, sequenceLength: number): string[] {
  return Array.from(rows.starts.keys()).flatMap((row) => {
    const { rows: { ids_N, firstKey_N, positions_N }, targets_N } = makeBatch([{ of: rows, row }], { padId: 0, maximumLength: sequenceLength });
    return Array.from(targets_N, (target, n) => {
      const seen = [...ids_N.subarray(firstKey_N[n], n + 1)];
      assert.equal(positions_N[n], target < 0 ? positions_N[n] : seen.length - 1);
      return target < 0 ? '' : `${seen.join(' ')} > ${target}`;
    }).filter((lesson) => lesson !== '');
  }).sort();
}

describe('packed documents', () => {
  it('share rows as TRL\'s bfd puts them together', () => {
    for (const { lengths, capacity, bins } of (readFixture('packing.json') as { lengths: number[]; capacity: number; bins: number[][] }[])) {
      assert.deepEqual(bestFitDecreasing(lengths, capacity), bins);
    }
  });

  it('are each in one bin, and no bin is too full', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 50 }).chain((capacity) => fc.tuple(fc.constant(capacity), fc.array(fc.integer({ min: 1, max: capacity })))), ([capacity, lengths]) => {
      const bins = bestFitDecreasing(lengths, capacity);
      assert.deepEqual(bins.flat().sort((a, b) => a - b), [...lengths.keys()]);
      for (const bin of bins) assert.ok(bin.length > 0 && bin.reduce((sum, item) => sum + lengths[item]!, 0) <= capacity);
    }));
  });

  it('teach exactly what the same documents teach alone, cut ones and masked ones included', () => {
    const documents = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 });
    fc.assert(fc.property(documents, fc.integer({ min: 2, max: 24 }), fc.option(fc.integer({ min: 2, max: 5 })), (lengths, sequenceLength, every) => {
      const plain = shardOf(lengths);
      const shard = every === null ? plain : shardOf(lengths, Uint8Array.from(plain.tokens, (token) => (token % every === 0 ? 1 : 0)));
      const alone = documentRows('stage', shard, sequenceLength);
      const packed = packedDocumentRows('stage', shard, sequenceLength);
      assert.deepEqual(lessons(packed, sequenceLength), lessons(alone, sequenceLength));
      assert.ok(packed.lengths.every((length) => length <= sequenceLength));
      assert.ok(packed.starts.length <= alone.starts.length);
      assert.equal(packed.rowsWithoutLoss, alone.rowsWithoutLoss);
    }));
  });

  it('keep the number they have in their stage', () => {
    const packed = packedDocumentRows('stage', shardOf([3, 9, 4, 8]), 12);
    const named = Array.from(packed.starts.keys(), (row) => documentsOf([{ of: packed, row }])[0]!.documents);
    assert.deepEqual(named, [[1, 2], [0, 3]]);
  });
});
