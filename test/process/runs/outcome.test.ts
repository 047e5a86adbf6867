// What a job says when it ends otherwise than done, and what a launch says when nothing began.
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { readAllEvents } from '../../../src/runs/events';
import { runJobInForeground } from '../../../src/runs/foreground';
import { jobPath } from '../../../src/runs/layout';
import { readJobState } from '../../../src/runs/state';
import { childProgram, createCounting, launchCounting, processExists, waitFor, withRoot, type CountingSettings } from './counting-job';

describe('the end of a job', () => {
  const ends: readonly { mode: NonNullable<CountingSettings['mode']>; exitCode: number; reason: string; log: RegExp }[] = [
    { mode: 'bug', exitCode: 1, reason: 'the counter is out of range', log: /RangeError: the counter is out of range\n\s+at .*\n[^]*This is a bug in Preclinical/ },
    { mode: 'timer-bug', exitCode: 1, reason: 'thrown in a timer', log: /TypeError: thrown in a timer\n\s+at / },
    { mode: 'user-error', exitCode: 2, reason: 'this cannot be counted', log: /^x\.run\.yaml:3: this cannot be counted\. Count something else\.\n$/ },
  ];
  for (const { mode, exitCode, reason, log } of ends) {
    it(`is failed with code ${exitCode} on ${mode}`, () => withRoot(async (root) => {
      const folder = await createCounting(root, { steps: 1_000_000, every: 1000, mode });
      await launchCounting(folder);
      await waitFor('the job failed', async () => (await readJobState(folder)).state === 'failed');
      const reading = await readJobState(folder);
      assert.deepEqual([reading.exitCode, reading.reason], [exitCode, reason]);
      assert.match(readFileSync(jobPath(folder, 'log'), 'utf8'), log);
      const last = (await readAllEvents(folder)).at(-1);
      assert.ok(last?.type === 'finished' && last.state === 'failed' && last.reason === reason);
    }));
  }

  it('is the exit code of a job in the foreground', () => withRoot(async (root) => {
    const folder = await createCounting(root, { steps: 3, every: 2 });
    assert.equal(await runJobInForeground(folder, { program: childProgram }), 0);
    assert.equal((await readJobState(folder)).state, 'done');
    await assert.rejects(launchCounting(folder), /this job is done/);
  }));
});

describe('a job that cannot begin', () => {
  it('says why, with the last words of its process', () => withRoot(async (root) => {
    const folder = await createCounting(root, { steps: 3, every: 2 });
    rmSync(jobPath(folder, 'run'));
    await assert.rejects(launchCounting(folder), /this folder has no run\.yaml, so it is no job/);
    assert.equal((await readJobState(folder)).state, 'created');
  }));
});

describe('a job whose folder is removed', () => {
  it('does not compute on unseen', () => withRoot(async (root) => {
    const folder = await createCounting(root, { steps: 1_000_000, every: 1_000_000, mode: 'deaf' });
    const { pid } = await launchCounting(folder);
    await waitFor('its body began', async () => (await readAllEvents(folder)).length === 1);
    rmSync(folder, { recursive: true });
    await waitFor('its end', () => !processExists(pid));
  }));
});
