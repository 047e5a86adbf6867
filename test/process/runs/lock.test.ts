// One writer at a time: a living holder excludes all others, a dead one is succeeded by exactly one.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { UserError } from '../../../src/base/errors/problem';
import { readAllEvents } from '../../../src/runs/events';
import { killJob } from '../../../src/runs/kill';
import { jobPath } from '../../../src/runs/layout';
import { readJobState } from '../../../src/runs/state';
import { readStatus } from '../../../src/runs/status';
import { checkEvents } from './check-job';
import { createCounting, launchCounting, processExists, runCounting, waitFor, withRoot } from './counting-job';

const endless = 1_000_000;

describe('the lock of a job', () => {
  it('keeps a second process out, which changes nothing', () => withRoot(async (root) => {
    const folder = await createCounting(root, { steps: endless, every: endless, mode: 'deaf' });
    const { pid } = await launchCounting(folder);
    await waitFor('its body began', async () => (await readAllEvents(folder)).length === 1);
    const before = [jobPath(folder, 'status'), jobPath(folder, 'events'), jobPath(folder, 'lock')].map((file) => readFileSync(file, 'utf8'));
    const { code, output } = await runCounting(folder);
    assert.equal(code, 2);
    assert.match(output, new RegExp(`process ${pid} on .* works on this job`));
    assert.deepEqual([jobPath(folder, 'status'), jobPath(folder, 'events'), jobPath(folder, 'lock')].map((file) => readFileSync(file, 'utf8')), before);
    await assert.rejects(launchCounting(folder), (error) => error instanceof UserError && error.problems[0]!.code === 'job-alive');
    await killJob(folder);
    await waitFor('its end', () => !processExists(pid));
    const { state, alive } = await readJobState(folder);
    assert.deepEqual({ state, alive }, { state: 'lost', alive: false });
    await assert.rejects(killJob(folder), /its process is gone already/);
  }));

  it('goes from a dead process to exactly one of many', () => withRoot(async (root) => {
    const folder = await createCounting(root, { steps: endless, every: endless, mode: 'deaf' });
    const { pid } = await launchCounting(folder);
    process.kill(pid, 'SIGKILL');
    await waitFor('its end', () => !processExists(pid));
    const started = await Promise.all(Array.from({ length: 5 }, () => launchCounting(folder, { wait: false })));
    await waitFor('all but one gave up', () => started.filter((one) => processExists(one.pid)).length === 1);
    await waitFor('the one runs', async () => (await readStatus(folder))?.attempt === 2);
    const winner = started.find((one) => processExists(one.pid))!;
    const status = (await readStatus(folder))!;
    assert.deepEqual([status.state, status.pid, status.token], ['running', winner.pid, winner.token]);
    const events = await checkEvents(folder);
    assert.equal(events.filter((event) => event.type === 'notice' && event.message.includes('Took the job over')).length, 1);
    process.kill(winner.pid, 'SIGKILL');
    await waitFor('its end', () => !processExists(winner.pid));
    assert.ok((await readAllEvents(folder)).every((event) => event.attempt <= 2));
  }));

  it('does not kill a process that does not carry the token', () => withRoot(async (root) => {
    const folder = await createCounting(root, { steps: endless, every: endless, mode: 'deaf' });
    const running = runCounting(folder);
    await waitFor('the job runs', async () => (await readJobState(folder)).state === 'running');
    const { pid } = await readJobState(folder);
    await assert.rejects(killJob(folder), /does not carry this job's token/);
    assert.ok(processExists(pid));
    process.kill(pid, 'SIGKILL');
    await running;
  }));
});
