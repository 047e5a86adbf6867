// Curves arrive as they were sent.
import assert from 'node:assert/strict';
import { packRuns, unpackRuns } from '../../../src/protocol/panels/curves-block';
import type { CurveRun } from '../../../src/protocol/panels/curves';

describe('block of curves', () => {
  it('gives back what went in, NaN included, in a single buffer', () => {
    const series = (length: number, add: number): CurveRun['series'][string] => {
      const column = (place: number): Float64Array => Float64Array.from({ length }, (_, i) => (place === 3 && i === 1 ? Number.NaN : i + place * 100 + add));
      return { step: column(0), tokens: column(1), elapsedMs: column(2), y: column(3) };
    };
    const runs: CurveRun[] = [
      { id: 'a', name: 'A', state: 'done', series: { 'train/loss': series(3, 0), 'heldout/x/loss': series(0, 0) }, signatures: [{ kind: 'loss-spike', metric: 'train/loss', step: 2, tokens: 20, elapsedMs: 5, message: 'up' }] },
      { id: 'b', name: 'B', state: 'running', series: { 'train/loss': series(5, 7) }, signatures: [] },
    ];
    const packed = packRuns(runs);
    assert.equal(packed.block.length, 4 * 8);
    assert.deepEqual(unpackRuns(packed), runs);
  });
});
