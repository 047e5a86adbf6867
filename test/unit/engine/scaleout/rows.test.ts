import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ignoredLabel } from '../../../../src/engine/data';
import { emptyRow, rowOrder, trainerRow } from '../../../../src/engine/scaleout';
import { DataPlan, documentRows, makeBatch, packedDocumentRows, windowRows, type ShardRows } from '../../../../src/engine/train';

/** Documents as one shard; a token is learnt when it is even, where there is a mask. */
function shardOf(documents: readonly (readonly number[])[], masked: boolean): Parameters<typeof documentRows>[1] {
  const tokens = Uint32Array.from(documents.flat());
  const starts: number[] = [];
  let at = 0;
  for (const document of documents) {
    starts.push(at);
    at += document.length;
  }
  return { tokens, starts: Uint32Array.from(starts), lossMask: masked ? Uint8Array.from(tokens, (id) => (id % 2 === 0 ? 1 : 0)) : undefined };
}

const documents = fc.array(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 13 }), { minLength: 2, maxLength: 9 });
const kinds = fc.constantFrom('stream', 'one stream', 'best-fit', 'none');

function rowsOf(kind: string, shard: Parameters<typeof documentRows>[1]): ShardRows {
  switch (kind) {
    case 'stream': return windowRows('s', shard, { sequenceLength: 7, resetsAtDocuments: true });
    case 'one stream': return windowRows('s', shard, { sequenceLength: 7, resetsAtDocuments: false });
    case 'best-fit': return packedDocumentRows('s', shard, 7);
    default: return documentRows('s', shard, 7);
  }
}

describe('rows for a Hugging Face Trainer', () => {
  it('predict, shifted by one as models do, what the embedded engine predicts from the same tokens at the same positions', () => {
    fc.assert(fc.property(documents, kinds, fc.boolean(), (texts, kind, masked) => {
      const rows = rowsOf(kind, shardOf(texts, masked && kind !== 'stream' && kind !== 'one stream'));
      for (let index = 0; index < rows.starts.length; index++) {
        const row = trainerRow(rows, index);
        const batch = makeBatch([{ of: rows, row: index }], { padId: 0, maximumLength: rows.lengths[index]! });
        assert.deepEqual(row.input_ids.slice(0, -1), [...batch.rows.ids_N]);
        assert.deepEqual(row.position_ids.slice(0, -1), [...batch.rows.positions_N]);
        assert.deepEqual(row.labels.slice(1).map((label) => (label === ignoredLabel ? -1 : label)), [...batch.targets_N]);
        assert.deepEqual([row.labels[0], row.labels.length, row.position_ids.length], [ignoredLabel, row.input_ids.length, row.input_ids.length]);
        // A label is the very token it stands at.
        row.labels.forEach((label, place) => { assert.ok(label === ignoredLabel || label === row.input_ids[place]); });
      }
    }));
  });

  it('start positions anew exactly where a document begins that sees none before it', () => {
    const row = trainerRow(windowRows('s', shardOf([[1, 2, 3], [4, 5, 6, 7], [8, 9]], false), { sequenceLength: 7, resetsAtDocuments: true }), 0);
    assert.deepEqual(row.input_ids, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual(row.position_ids, [0, 1, 2, 0, 1, 2, 3, 0]);
    assert.deepEqual(row.labels, [-100, 2, 3, -100, 5, 6, 7, -100]);
  });
});

describe('the order of a run over its rows', () => {
  it('has the rows of each update in its places, and the empty row where a last update is smaller', () => {
    const stages = [[1, 2, 3], [4, 5]].map((ids, i) => documentRows(String(i), shardOf(ids.map((id) => [id, id + 1]), false), 4));
    const plan = new DataPlan(stages, { epochs: 2, batchSize: 2, accumulationSteps: 2, seed: 3 });
    const order = rowOrder(plan);
    assert.equal(order.length, plan.totalSteps * 4);
    const firstToken = (place: number): number => [1, 2, 3, 4, 5][order[place]!] ?? -1;
    const expected = Array.from({ length: plan.totalSteps }, (_, step) => plan.microBatches(step).flat().map(({ of, row }) => of.shard.tokens[of.starts[row]!]!));
    expected.forEach((tokens, step) => { assert.deepEqual(Array.from({ length: tokens.length }, (_, place) => firstToken(step * 4 + place)), tokens); });
    assert.deepEqual([...order.subarray(10)], [5, 5], 'ten places are taken');
    assert.deepEqual(emptyRow(0).labels, [ignoredLabel, ignoredLabel]);
  });
});
