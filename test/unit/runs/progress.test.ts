import assert from 'node:assert/strict';
import type { EventBody, JobEvent } from '../../../src/protocol/events';
import { JobProgress } from '../../../src/runs/progress';

const at = (elapsedMs: number, body: EventBody): JobEvent => ({ schema: 1, seq: 1, attempt: 1, wallMs: 0, elapsedMs, ...body });
const update = (elapsedMs: number, step: number): JobEvent =>
  at(elapsedMs, { type: 'metrics', step, tokens: step * 100, metrics: { 'train/loss': 2.5, 'train/tokensPerSecond': 1000 } });

describe('the progress of a job', () => {
  it('says step, loss, tokens a second and time left of a training job', () => {
    const progress = new JobProgress();
    for (const event of [at(0, { type: 'started', totalSteps: 100 }), update(1000, 1), update(11_000, 11)]) progress.apply(event);
    assert.equal(progress.describe(), 'step 11/100, loss 2.500, 1000 tokens/s, 1 min 29 s left');
  });

  it('estimates from this attempt only: the steps of an earlier one took no time now', () => {
    const progress = new JobProgress();
    for (const event of [at(0, { type: 'started', totalSteps: 100 }), update(1000, 50), at(0, { type: 'resumed', fromStep: 50 }), update(500, 51), update(1500, 52)]) progress.apply(event);
    assert.match(progress.describe(), /48 s left$/);
  });

  it('says what another job is doing and how much of it is done', () => {
    const progress = new JobProgress();
    assert.equal(progress.describe(), 'starting');
    progress.apply(at(0, { type: 'progress', label: 'Scoring', done: 3, total: 9 }));
    assert.equal(progress.describe(), 'Scoring 3/9');
  });

  it('says what a crash would cost since the last checkpoint', () => {
    const progress = new JobProgress();
    for (const event of [at(0, { type: 'started', totalSteps: 100 }), update(1000, 1), at(5000, { type: 'checkpoint', step: 5, path: 'checkpoints/step-5', durationMs: 1 }), update(11_000, 11)]) progress.apply(event);
    const { checkpointStep, unsavedMs } = progress.read();
    assert.deepEqual({ checkpointStep, unsavedMs }, { checkpointStep: 5, unsavedMs: 6000 });
  });
});
