import assert from 'node:assert/strict';
import { makeBatch, type TrainBatch } from '../../../../src/engine/train/batch';
import { NeftuneNoise } from '../../../../src/engine/train/neftune';
import { documentRows, packedDocumentRows, windowRows } from '../../../../src/engine/train/rows';
import { readFixture, type NeftuneReference } from './fixtures';
import { shardOf } from './shards';

const D = 64;
const alpha = 5;

/** Two examples of 100 and 37 tokens, padded to 104. */
function paddedBatch(): TrainBatch {
  const rows = documentRows('stage', shardOf([101, 38]), 128);
  return makeBatch([{ of: rows, row: 0 }, { of: rows, row: 1 }], { padId: 0, maximumLength: 128 });
}

function moments(values: Float32Array): { mean: number; variance: number; largest: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance, largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}

/** Bound, mean and variance of U(−1, 1)·alpha/sqrt(L·D), each within five standard errors. */
function assertNoise(values: Float32Array, length: number): void {
  const bound = alpha / Math.sqrt(length * D);
  const expected = alpha ** 2 / (3 * length * D);
  const { mean, variance, largest } = moments(values);
  assert.ok(largest <= Math.fround(bound) && largest > 0.99 * bound, `largest ${largest}, bound ${bound}`);
  assert.ok(Math.abs(mean) < 5 * Math.sqrt(expected / values.length), `mean ${mean}`);
  assert.ok(Math.abs(variance / expected - 1) < 5 * Math.sqrt(0.8 / values.length), `variance ${variance}, expected ${expected}`);
}

describe('NEFTune noise', () => {
  it('is uniform within alpha / sqrt(L d), L the length of the example', () => {
    const { values_ND } = new NeftuneNoise({ alpha, lengthMode: 'example' }, 1).draw(paddedBatch(), D);
    assertNoise(values_ND.subarray(0, 100 * D), 100);
    assertNoise(values_ND.subarray(104 * D, 141 * D), 37);
  });

  it('takes the length of the longest example for L when asked to, as transformers pads', () => {
    const { values_ND, meanMagnitude } = new NeftuneNoise({ alpha, lengthMode: 'padded' }, 1).draw(paddedBatch(), D);
    // 101 tokens: transformers' batch holds the last target too.
    assertNoise(values_ND.subarray(0, 100 * D), 101);
    assertNoise(values_ND.subarray(104 * D, 141 * D), 101);
    assert.equal(meanMagnitude, alpha / Math.sqrt(101 * D));
  });

  it('is as large as that of transformers\' own hook', () => {
    for (const { length, size, largest, standardDeviation, inEvaluation, ...reference } of (readFixture('neftune.json') as NeftuneReference[])) {
      const rows = documentRows('stage', shardOf([length, length]), length);
      const batch = makeBatch([{ of: rows, row: 0 }, { of: rows, row: 1 }], { padId: 0, maximumLength: length });
      const { values_ND, meanMagnitude } = new NeftuneNoise({ alpha: reference.alpha, lengthMode: 'padded' }, 1).draw(batch, size);
      const found = moments(values_ND.filter((value) => value !== 0));
      assert.ok(Math.abs(found.largest / largest - 1) < 1e-3, `${found.largest} and ${largest}`);
      assert.ok(Math.abs(Math.sqrt(found.variance) / standardDeviation - 1) < 0.02);
      assert.ok(Math.abs(meanMagnitude / largest - 1) < 1e-3);
      assert.equal(inEvaluation, 0);
    }
  });

  it('is for packed examples what it is for the same examples alone, to the bit', () => {
    const shard = shardOf([30, 9, 21, 14]);
    const packed = packedDocumentRows('stage', shard, 80);
    const alone = documentRows('stage', shard, 80);
    assert.equal(packed.starts.length, 1);
    const draw = (references: Parameters<typeof makeBatch>[0]): number[] => {
      const { values_ND } = new NeftuneNoise({ alpha, lengthMode: 'example' }, 1).draw(makeBatch(references, { padId: 0, maximumLength: 80 }), D);
      return [...values_ND.filter((value) => value !== 0)];
    };
    // Best-fit decreasing puts the longest first.
    const byLength = [0, 2, 3, 1].map((row) => ({ of: alone, row }));
    assert.deepEqual(draw([{ of: packed, row: 0 }]), draw(byLength));
  });

  it('leaves padding alone', () => {
    const { values_ND } = new NeftuneNoise({ alpha, lengthMode: 'example' }, 1).draw(paddedBatch(), D);
    assert.ok(values_ND.subarray(100 * D, 104 * D).every((value) => value === 0));
    assert.ok(values_ND.subarray(141 * D).every((value) => value === 0));
  });

  it('takes each document of a window for an example of its own', () => {
    const rows = windowRows('stage', shardOf([60, 61]), { sequenceLength: 120, resetsAtDocuments: true });
    const batch = makeBatch([{ of: rows, row: 0 }], { padId: 0, maximumLength: 120 });
    const { values_ND } = new NeftuneNoise({ alpha, lengthMode: 'example' }, 1).draw(batch, D);
    // The last token of the first document predicts nothing and gets none.
    assertNoise(values_ND.subarray(0, 59 * D), 59);
    assert.ok(values_ND.subarray(59 * D, 60 * D).every((value) => value === 0));
    assertNoise(values_ND.subarray(60 * D), 60);
  });

  it('reports a norm near alpha / sqrt(3)', () => {
    const { meanNorm } = new NeftuneNoise({ alpha, lengthMode: 'example' }, 1).draw(paddedBatch(), D);
    assert.ok(Math.abs(meanNorm - alpha / Math.sqrt(3)) < 0.05, String(meanNorm));
  });

  it('goes on from a saved state as if never interrupted', () => {
    const settings = { alpha, lengthMode: 'example' } as const;
    const straight = new NeftuneNoise(settings, 3);
    straight.draw(paddedBatch(), D);
    const resumed = new NeftuneNoise(settings, 3, straight.state());
    assert.deepEqual(resumed.draw(paddedBatch(), D), straight.draw(paddedBatch(), D));
  });
});
