// Ctrl-C and kill -9 in the middle of a study, then the same command again: it goes on, does nothing finished twice, and
// ends with the numbers of a study that was never interrupted. On the tiny scale of the sample.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StudyReport } from '../../src/engine/study/report';
import { readEvents } from '../../src/runs/events';
import { listJobs } from '../../src/runs/list';
import { packageRoot, runCli, startCli } from './run-cli';

/** Short beside a step of the study, so that none is missed; long enough to leave the cores to it. */
const pollMs = 20;

const folder = (name: string): string => path.join(packageRoot, 'dist', 'test', `interruption-${name}`);

async function reportOf(root: string): Promise<StudyReport> {
  return JSON.parse((await runCli(['report', '--root', root, '--json'])).output) as StudyReport;
}

/** Steps the study has finished so far. */
async function finishedSteps(root: string): Promise<string[]> {
  const study = (await listJobs(root)).find((job) => job.kind === 'study');
  if (!study) return [];
  return (await readEvents(study.folder)).flatMap((event) => (event.type === 'studyStep' && event.state === 'done' ? [event.step] : []));
}

/** Looks at the study's files again until they satisfy the condition; the test's own time limit bounds it. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!await condition()) await delay(pollMs);
}

async function someTrainingIsUnderWay(root: string, finishedBefore: number): Promise<boolean> {
  if ((await finishedSteps(root)).length < finishedBefore) return false;
  for (const job of await listJobs(root)) {
    if (job.kind !== 'train' || job.state !== 'running') continue;
    if ((await readEvents(job.folder)).some((event) => event.type === 'metrics' && event.step >= 2)) return true;
  }
  return false;
}

/** Primary and other scores of every cell, the last held-out losses and the prompting results: what must not change. */
function numbers(report: StudyReport): unknown {
  return { cells: report.grid.cells, heldOut: report.heldOut, prompting: report.prompting };
}

function allPids(root: string): number[] {
  const runs = path.join(root, '.preclinical', 'runs');
  return readdirSync(runs).map((id) => (JSON.parse(readFileSync(path.join(runs, id, 'status.json'), 'utf8')) as { state: string; pid: number }))
    .filter((status) => status.state === 'running').map((status) => status.pid);
}

/** A job may have ended by itself since its status was read. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ESRCH');
  }
}

describe('an interrupted study', function () {
  this.timeout(15 * 60_000);
  let undisturbed: StudyReport;

  before(async () => {
    for (const name of ['whole', 'stopped', 'killed']) rmSync(folder(name), { recursive: true, force: true });
    const { code, output } = await runCli(['quickstart', '--scale', 'tiny', '--root', folder('whole')]);
    assert.equal(code, 0, output);
    undisturbed = await reportOf(folder('whole'));
  });

  it('goes on after Ctrl-C', async () => {
    const root = folder('stopped');
    const first = startCli(['quickstart', '--scale', 'tiny', '--root', root]);
    await until(() => someTrainingIsUnderWay(root, 3));
    first.child.kill('SIGINT');
    const stopped = await first.ended;
    assert.equal(stopped.code, 3, stopped.output);
    const before = await finishedSteps(root);
    assert.ok(before.length >= 3 && before.length < undisturbed.steps.length);
    const { code, output } = await runCli(['quickstart', '--scale', 'tiny', '--root', root]);
    assert.equal(code, 0, output);
    const report = await reportOf(root);
    assert.deepEqual(numbers(report), numbers(undisturbed));
    for (const row of report.provenance.filter((one) => before.includes(one.step))) assert.equal(row.attempts, 1, `${row.step} was done once`);
  });

  it('goes on after kill -9 of every process of it', async () => {
    const root = folder('killed');
    const first = startCli(['quickstart', '--scale', 'tiny', '--root', root]);
    await until(() => someTrainingIsUnderWay(root, 4));
    first.child.kill('SIGKILL');
    for (const pid of allPids(root)) killIfThere(pid);
    await first.ended;
    const { code, output } = await runCli(['quickstart', '--scale', 'tiny', '--root', root]);
    assert.equal(code, 0, output);
    assert.deepEqual(numbers(await reportOf(root)), numbers(undisturbed));
  });
});
