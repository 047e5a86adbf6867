// Columns of metrics from events, across attempts.
import assert from 'node:assert/strict';
import { CurveColumns, mostPoints } from '../../../../src/host/curves/columns';
import type { EventBody, JobEvent } from '../../../../src/protocol/events';

let seq = 0;
function event(attempt: number, elapsedMs: number, body: EventBody): JobEvent {
  seq += 1;
  return { schema: 1, seq, attempt, wallMs: 0, elapsedMs, ...body };
}
function loss(attempt: number, elapsedMs: number, step: number, value: number | 'NaN' = step): JobEvent {
  return event(attempt, elapsedMs, { type: 'metrics', step, tokens: step * 100, metrics: { 'train/loss': value } });
}

describe('columns of metrics', () => {
  it('keeps each metric with its own steps', () => {
    const columns = new CurveColumns();
    columns.take(loss(1, 10, 1));
    columns.take(event(1, 20, { type: 'metrics', step: 2, tokens: 200, metrics: { 'train/loss': 'NaN', 'heldout/a/loss': 3 } }));
    const { 'train/loss': train, 'heldout/a/loss': heldout } = columns.series();
    assert.deepEqual([[...train!.step], [...train!.tokens], [...train!.y]], [[1, 2], [100, 200], [1, Number.NaN]]);
    assert.deepEqual([[...heldout!.step], [...heldout!.y]], [[2], [3]]);
  });

  it('drops what a resume took back and goes on in time where the kept part ended', () => {
    const columns = new CurveColumns();
    for (const step of [1, 2, 3, 4]) columns.take(loss(1, step * 1000, step));
    columns.take(event(2, 5, { type: 'resumed', fromStep: 2 }));
    columns.take(loss(2, 700, 3, 30));
    const { step, y, elapsedMs } = columns.series()['train/loss']!;
    assert.deepEqual([...step], [1, 2, 3]);
    assert.deepEqual([...y], [1, 2, 30]);
    assert.deepEqual([...elapsedMs], [1000, 2000, 2700]);
  });

  it('keeps what was found, at its tokens and time, and drops what a resume took back', () => {
    const columns = new CurveColumns();
    const found = (attempt: number, elapsedMs: number, step: number): JobEvent => event(attempt, elapsedMs, {
      type: 'signature', kind: 'loss-spike', step, message: 'up', documents: [{ stage: 'only', documents: Array.from({ length: 14 }, (_, i) => i) }],
    });
    for (const step of [1, 2, 3]) {
      columns.take(loss(1, step * 1000, step));
      columns.take(found(1, step * 1000, step));
    }
    columns.take(event(2, 5, { type: 'resumed', fromStep: 2 }));
    columns.take(loss(2, 700, 3));
    columns.take(event(2, 800, { type: 'signature', kind: 'forgetting', step: 3, message: 'worse', metric: 'heldout/a/loss', updates: { from: 1, to: 3 }, documents: [{ stage: 'a', documents: [4], omitted: 9 }, { stage: 'b', documents: [1] }] }));
    assert.deepEqual(columns.signatures.map(({ kind, metric, step, tokens, elapsedMs }) => [kind, metric, step, tokens, elapsedMs]), [
      ['loss-spike', 'train/loss', 1, 100, 1000], ['loss-spike', 'train/loss', 2, 200, 2000], ['forgetting', 'heldout/a/loss', 3, 300, 2800],
    ]);
    assert.equal(columns.signatures[0]!.documents, 'only: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 + 2');
    assert.equal(columns.signatures[2]!.documents, 'a: 4 + 9; b: 1');
    assert.deepEqual(columns.signatures[2]!.updates, { from: 1, to: 3 });
  });

  it('sends very long series as their lowest and highest points', () => {
    const columns = new CurveColumns();
    for (let step = 0; step < 2 * mostPoints; step += 1) columns.take(loss(1, step, step, step === 12_345 ? 1e9 : step % 10));
    const { y } = columns.series()['train/loss']!;
    assert.ok(y.length <= mostPoints, `${y.length} points`);
    assert.ok(y.includes(1e9));
  });
});
