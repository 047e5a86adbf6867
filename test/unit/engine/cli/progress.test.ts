import assert from 'node:assert/strict';
import { collectOverride } from '../../../../src/engine/cli/context';
import { JobProgress } from '../../../../src/engine/cli/follow/progress';
import { Screen } from '../../../../src/engine/cli/follow/screen';
import type { EventBody, JobEvent } from '../../../../src/protocol/events';

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
});

describe('--set', () => {
  it('reads values as YAML and keeps earlier ones', () => {
    assert.deepEqual(collectOverride('optimiser.learningRate=1e-3', collectOverride('name=x', {})), { 'name': 'x', 'optimiser.learningRate': 0.001 });
  });

  it('refuses what has no key', () => {
    assert.throws(() => collectOverride('=3', {}), /set as key=value/);
  });
});

describe('the screen', () => {
  it('rewrites its block in place on a terminal, and keeps what was said', () => {
    let written = '';
    const output = { isTTY: true, columns: 80, write: (text: string) => { written += text; return true; } } as unknown as NodeJS.WriteStream;
    const screen = new Screen(output);
    screen.show(['one', 'two']);
    screen.say('kept');
    assert.equal(written, 'one\ntwo\n\u001b[2A\u001b[0Jkept\n');
  });

  it('is quiet where there is no terminal: one block in fifteen seconds', () => {
    let written = '';
    let now = 100_000;
    const output = { isTTY: false, write: (text: string) => { written += text; return true; } } as unknown as NodeJS.WriteStream;
    const screen = new Screen(output, () => now);
    for (const line of ['a', 'b', 'c']) { screen.show([line]); now += 10_000; }
    assert.equal(written, 'a\nc\n');
  });
});
