// A run whose mix is not built is one detached thing: whoever started it may go, the mix is built and the run trains.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobEvent } from '../../../src/protocol/events';
import type { JobKind } from '../../../src/protocol/status';
import { readEvents } from '../../../src/runs/events';
import { followEvents } from '../../../src/runs/follow';
import { readJobFile } from '../../../src/runs/job-file';
import { preclinicalFolder } from '../../../src/runs/layout';
import { type JobSummary, listJobs } from '../../../src/runs/list';
import { engineProgram } from '../../../src/runs/package-folder';
import { readJobState } from '../../../src/runs/state';
import { makeTrainWorkspace } from './workspace';

const cli = engineProgram('cli.mjs');

async function jobsOf(root: string, kind: JobKind): Promise<JobSummary[]> {
  return (await listJobs(root)).filter((job) => job.kind === kind);
}

/** The job of this kind, once a process has taken it over. */
async function takenOver(root: string, kind: JobKind): Promise<JobSummary> {
  for (;;) {
    const job = (await jobsOf(root, kind)).find(({ attempt }) => attempt > 0);
    if (job) return job;
    await delay(10);
  }
}

async function toTheEnd(folder: string): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for await (const event of followEvents(folder, { untilEnded: true })) events.push(event);
  return events;
}

describe('a run whose mix is not built', () => {
  let root: string;
  beforeEach(async () => {
    root = await makeTrainWorkspace();
    rmSync(path.join(preclinicalFolder(root), 'mixes'), { recursive: true });
  });
  afterEach(() => { rmSync(root, { recursive: true, force: true }); });

  it('goes on when the command line that started it is killed', async () => {
    const starter = spawn(process.execPath, [cli, '--root', root, 'train', 'pretrain.run.yaml', '--set', 'steps=20'], { cwd: root, stdio: 'ignore', detached: true });
    const { folder } = await takenOver(root, 'train');
    process.kill(-starter.pid!, 'SIGKILL');
    const events = await toTheEnd(folder);
    const [mix] = await jobsOf(root, 'mix');
    assert.equal((await readJobState(folder)).state, 'done');
    assert.equal(mix?.state, 'done');
    assert.ok(events.some((event) => event.type === 'notice' && event.message.includes(mix.id)), 'the run says which job builds its mix');
    assert.equal((await jobsOf(root, 'mix')).length, 1);
  });

  it('can be asked to stop at once, and then goes on from wherever it was', async () => {
    const { stdout } = spawnSync(process.execPath, [cli, '--root', root, 'train', 'pretrain.run.yaml', '--set', 'steps=20', '--detach', '--json'], { cwd: root, encoding: 'utf8' });
    const { id, folder } = JSON.parse(stdout) as { id: string; folder: string };
    spawnSync(process.execPath, [cli, '--root', root, 'runs', 'stop', id]);
    await toTheEnd(folder);
    const { state } = await readJobState(folder);
    assert.ok(state === 'stopped' || state === 'done', state); // so small a run may be done before it is asked
    if (state === 'stopped') assert.equal(spawnSync(process.execPath, [cli, '--root', root, 'runs', 'resume', id]).status, 0);
    assert.equal((await readJobState(folder)).state, 'done');
  });

  it('fails with the reason when its mix cannot be built', async () => {
    const file = path.join(root, 'text.mix.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace('{ epochs: 1 }', '{ epochs: 9 }'));
    const { status, stdout } = spawnSync(process.execPath, [cli, '--root', root, 'train', 'pretrain.run.yaml'], { cwd: root, encoding: 'utf8' });
    assert.equal(status, 2);
    assert.match(stdout, /the mix text was not built: .*repeatCap/);
  });

  it('is refused before anything is made when it cannot fit, with the largest settings that would', async () => {
    const large = ['--set', 'batchSize=100000'];
    const { status, stderr } = spawnSync(process.execPath, [cli, '--root', root, 'train', 'pretrain.run.yaml', ...large], { cwd: root, encoding: 'utf8' });
    assert.equal(status, 2);
    const batchSize = /set batchSize to (\d+)/.exec(stderr)?.[1];
    assert.ok(batchSize !== undefined, stderr);
    assert.equal(stderr.trim().split('\n').length, 1, 'one message');
    assert.deepEqual(await listJobs(root), []);
    const estimate = spawnSync(process.execPath, [cli, '--root', root, 'estimate', 'pretrain.run.yaml', '--json', ...large], { cwd: root, encoding: 'utf8' });
    const said = JSON.parse(estimate.stdout) as { fits: boolean; largest: { batchSize: number } };
    assert.deepEqual([said.fits, String(said.largest.batchSize)], [false, batchSize]);
  });
});

describe('preclinical estimate', () => {
  let root: string;
  before(async () => { root = await makeTrainWorkspace(); });
  after(() => { rmSync(root, { recursive: true, force: true }); });

  it('knows updates and tokens of a run beforehand, and measures once', async () => {
    const estimate = spawnSync(process.execPath, [cli, '--root', root, 'estimate', 'pretrain.run.yaml', '--json'], { cwd: root, encoding: 'utf8' });
    const { steps, tokens, time, memory } = JSON.parse(estimate.stdout) as { steps: number; tokens: number; time: { totalMs: number; source: string }; memory: { peakBytes: number } };
    assert.deepEqual([steps, time.source], [120, 'measured']);
    assert.ok(time.totalMs > 0 && memory.peakBytes > 0);
    assert.deepEqual(await listJobs(root), [], 'nothing was started');
    const again = spawnSync(process.execPath, [cli, '--root', root, 'estimate', 'pretrain.run.yaml'], { cwd: root, encoding: 'utf8' });
    assert.match(again.stdout, /measured on this machine before/);
    spawnSync(process.execPath, [cli, '--root', root, 'train', 'pretrain.run.yaml'], { cwd: root });
    const [job] = await jobsOf(root, 'train');
    const last = (await readEvents(job!.folder)).filter((event) => event.type === 'metrics').at(-1)!;
    assert.equal(last.step, steps);
    assert.ok(Math.abs(last.tokens - tokens) <= 48 * 8 * 2, `${last.tokens} tokens were seen, ${tokens} estimated`); // the last pass over the mix is a part of one
    assert.equal((await readJobFile(job!.folder)).kind, 'train');
    assert.ok(!readFileSync(path.join(job!.folder, 'log.txt'), 'utf8').includes('Error'));
  });
});
