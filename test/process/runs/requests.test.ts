// Stop, pause and checkpoint: by request while the main thread is blocked, and by signal.
import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JobEvent } from '../../../src/protocol/events';
import { latestCheckpoint } from '../../../src/runs/checkpoints';
import { readAllEvents } from '../../../src/runs/events';
import { jobPath } from '../../../src/runs/layout';
import { heartbeatMs } from '../../../src/runs/liveness';
import { requestIds, requestJob } from '../../../src/runs/requests';
import { readJobState } from '../../../src/runs/state';
import { checkDone, checkEvents } from './check-job';
import { createCounting, launchCounting, processExists, waitFor, withRoot } from './counting-job';

const endless = 1_000_000;

describe('requests to a job whose main thread is blocked', () => {
  it('writes a checkpoint and goes on, pauses, goes on, and stops; the heartbeat beats all the while', () => withRoot(async (root) => {
    const folder = await createCounting(root, { steps: endless, every: endless, mode: 'blocked' });
    const first = await launchCounting(folder);
    const beat = statSync(jobPath(folder, 'heartbeat')).mtimeMs;
    const checkpoint = await ask(folder, 'checkpoint');
    assert.equal((await readJobState(folder)).state, 'running');
    const afterCheckpoint = (await readAllEvents(folder)).findIndex((event) => event.type === 'requestAnswered' && event.requestId === checkpoint);
    await waitFor('steps after the checkpoint', async () => (await readAllEvents(folder)).slice(afterCheckpoint).some((event) => event.type === 'metrics'));
    await waitFor('the heartbeat beats', () => statSync(jobPath(folder, 'heartbeat')).mtimeMs - beat >= 0.9 * heartbeatMs);
    assert.equal((await readJobState(folder)).liveness, 'alive', 'seen to beat');

    await ask(folder, 'pause');
    await waitFor('its end', () => !processExists(first.pid));
    await assertEnded(folder, 'paused');
    assert.equal(await requestJob(folder, 'stop'), undefined, 'nobody is there to answer');

    const second = await launchCounting(folder);
    await ask(folder, 'stop');
    await waitFor('its end', () => !processExists(second.pid));
    await assertEnded(folder, 'stopped');
    await checkEvents(folder);
    assert.deepEqual(requestIds(folder), []);
  }));

  it('is ended from outside when it does not look after a second stop', () => withRoot(async (root) => {
    const folder = await createCounting(root, { steps: endless, every: endless, mode: 'deaf' });
    const { pid } = await launchCounting(folder);
    await requestJob(folder, 'stop');
    await requestJob(folder, 'stop');
    await waitFor('its end', () => !processExists(pid));
    assert.equal((await readJobState(folder)).state, 'lost');
  }));
});

describe('signals to a job', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`stops on ${signal} after a checkpoint, and goes on to the end`, () => withRoot(async (root) => {
      const folder = await createCounting(root, { steps: 300, every: endless, gateStep: 100 });
      const { pid } = await launchCounting(folder);
      await waitFor('some steps', async () => (await readAllEvents(folder)).some((event) => event.type === 'metrics'));
      process.kill(pid, signal);
      await waitFor('its end', () => !processExists(pid));
      await assertEnded(folder, 'stopped');
      writeFileSync(path.join(folder, 'gate'), '');
      await launchCounting(folder);
      await waitFor('the job is done', async () => (await readJobState(folder)).state === 'done');
      await checkDone(folder, 300);
    }));
  }

  it('stops even when the signal comes before its body', () => withRoot(async (root) => {
    const folder = await createCounting(root, { steps: 300, every: endless, gateStep: 100 });
    const { pid } = await launchCounting(folder, { wait: false });
    await waitFor('it holds the lock', () => existsSync(jobPath(folder, 'lock')));
    process.kill(pid, 'SIGTERM');
    await waitFor('its end', () => !processExists(pid));
    await assertEnded(folder, 'stopped');
  }));

  it('ends at once on a second one', () => withRoot(async (root) => {
    const folder = await createCounting(root, { steps: endless, every: endless, mode: 'stubborn' });
    const { pid } = await launchCounting(folder);
    process.kill(pid, 'SIGTERM');
    await waitFor('the first was seen', async () => (await readAllEvents(folder)).some((event) => event.type === 'progress'));
    // Sent until it counts: two in one moment are taken for one and its echo.
    await waitFor('its end', () => {
      try {
        process.kill(pid, 'SIGTERM');
      } catch {
        return true;
      }
      return false;
    });
    const { state, reason, exitCode } = await readJobState(folder);
    assert.equal(state, 'stopped');
    assert.match(reason ?? '', /second stop/);
    assert.equal(exitCode, 3);
    await checkEvents(folder);
  }));
});

/** Asks and waits for the answer; the id of the request. */
async function ask(folder: string, kind: 'stop' | 'pause' | 'checkpoint'): Promise<string> {
  const id = await requestJob(folder, kind);
  assert.ok(id !== undefined, 'the job runs');
  const answer = async (): Promise<JobEvent | undefined> => (await readAllEvents(folder)).find((event) => event.type === 'requestAnswered' && event.requestId === id);
  await waitFor(`the answer to ${kind}`, async () => await answer() !== undefined);
  assert.equal((await answer() as { answer?: string }).answer, 'done');
  return id;
}

/** Ended in good order: the newest step is checkpointed and the last event says so. */
async function assertEnded(folder: string, state: 'paused' | 'stopped'): Promise<void> {
  const reading = await readJobState(folder);
  assert.equal(reading.state, state);
  assert.equal(reading.exitCode, 3);
  assert.equal(reading.alive, false);
  const events = await readAllEvents(folder);
  const last = events.at(-1);
  assert.ok(last?.type === 'finished' && last.state === state);
  const step = events.findLast((event) => event.type === 'metrics')?.step;
  assert.ok((await latestCheckpoint(folder))?.endsWith(`step-${step ?? -1}`), 'the last step is in a checkpoint');
}
