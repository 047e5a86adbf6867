// Job folders on a real disk: creation, listing, state, labels, checkpoints, and the atomic writes below them.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../../src/base/errors/problem';
import { latestCheckpoint } from '../../../src/runs/checkpoints';
import { createJob } from '../../../src/runs/create';
import { replaceFolder, removeTemporaries, temporaryBeside, writeFileAtomic } from '../../../src/runs/files/atomic';
import { readJobFile } from '../../../src/runs/job-file';
import { readLabels, writeLabels } from '../../../src/runs/labels';
import { jobPath, runsFolder } from '../../../src/runs/layout';
import { listJobs } from '../../../src/runs/list';
import { readJob } from '../../../src/runs/read';
import { requestJob } from '../../../src/runs/requests';
import { findRoot } from '../../../src/runs/root';
import { readJobState } from '../../../src/runs/state';
import { readStatus, writeStatus } from '../../../src/runs/status';
import { serveFile, withJob, withRoot } from './folder';

const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe('a new job folder', () => {
  it('is private, ignored by Git, and says its file back', () => withJob(async (folder, root) => {
    assert.equal(readFileSync(path.join(root, '.preclinical', '.gitignore'), 'utf8'), '*\n');
    assert.deepEqual(await readJobFile(folder), serveFile);
    const view = await readJob(folder);
    assert.deepEqual([view.state, view.attempt, view.alive, view.id], ['created', 0, false, path.basename(folder)]);
    if (process.platform === 'win32') return;
    for (const name of readdirSync(folder)) assert.equal(mode(path.join(folder, name)), name === 'requests' ? '700' : '600', name);
    for (const one of [folder, runsFolder(root), path.join(root, '.preclinical')]) assert.equal(mode(one), '700', one);
  }));

  it('takes another id when one is taken', () => withRoot(async (root) => {
    const ids = ['20260102-030405-a-aaaa', '20260102-030405-a-aaaa', '20260102-030405-a-bbbb'];
    const makeId = (): string => ids.shift()!;
    assert.equal((await createJob(root, serveFile, { makeId })).id, '20260102-030405-a-aaaa');
    assert.equal((await createJob(root, serveFile, { makeId })).id, '20260102-030405-a-bbbb');
  }));

  it('hears no requests before it runs', () => withJob(async (folder) => {
    assert.equal(await requestJob(folder, 'stop'), undefined);
  }));
});

describe('the list of jobs', () => {
  it('is in order of creation and leaves out what is no job', () => withRoot(async (root) => {
    assert.deepEqual(await listJobs(root), []);
    for (const day of ['03', '01', '02']) await createJob(root, { ...serveFile, name: day }, { now: () => new Date(`2026-01-${day}T00:00:00Z`) });
    mkdirSync(path.join(runsFolder(root), '20260104-000000-half-made'));
    mkdirSync(path.join(runsFolder(root), 'notes'));
    const jobs = await listJobs(root);
    assert.deepEqual(jobs.map((job) => [job.name, job.kind, job.of, job.state]), ['01', '02', '03'].map((name) => [name, 'serve', serveFile.of, 'created']));
  }));

  it('reads names from run.yaml written by others, in any order and length', () => withJob(async (folder, root) => {
    writeFileSync(jobPath(folder, 'run'), `resolved: {a: "${'x'.repeat(5000)}"}\noverrides: {}\nname: |-\n  last\nkind: train\nschema: 1\n`);
    assert.deepEqual((await listJobs(root)).map((job) => [job.name, job.kind]), [['last', 'train']]);
    writeFileSync(jobPath(folder, 'run'), 'kind: other\n');
    assert.deepEqual(await listJobs(root), []);
    await assert.rejects(readJobFile(folder), (error) => error instanceof UserError && error.problems[0]!.key === 'schema');
  }));

  it('calls a job lost whose process is gone, and not one that has just said its end', () => withJob(async (folder) => {
    const status = (await readStatus(folder))!;
    writeStatus(folder, { ...status, state: 'running', attempt: 1, pid: 2 ** 22 + 1, token: 'x' });
    const { state, alive, reason } = await readJobState(folder);
    assert.deepEqual([state, alive], ['lost', false]);
    assert.match(reason ?? '', /resume/);
    writeStatus(folder, { ...status, state: 'running', attempt: 1, pid: process.pid, token: 'x' });
    assert.deepEqual([(await readJobState(folder)).state, (await readJobState(folder)).liveness], ['running', 'unknown']);
  }));
});

describe('labels', () => {
  it('change one by one', () => withJob(async (folder) => {
    assert.deepEqual(await readLabels(folder), { schema: 1 });
    await writeLabels(folder, { star: true, tags: ['a'] });
    await writeLabels(folder, { notes: 'good' });
    assert.deepEqual(await readLabels(folder), { schema: 1, star: true, tags: ['a'], notes: 'good' });
  }));
});

describe('checkpoints', () => {
  it('are complete with config and state, the largest step the newest', () => withJob(async (folder) => {
    assert.equal(await latestCheckpoint(folder), undefined);
    for (const [step, names] of [[9, ['config.json', 'trainer_state.json']], [10, ['config.json', 'trainer_state.json']], [11, ['config.json']]] as const) {
      const checkpoint = path.join(jobPath(folder, 'checkpoints'), `step-${step}`);
      mkdirSync(checkpoint, { recursive: true });
      for (const name of names) writeFileSync(path.join(checkpoint, name), '{}');
    }
    assert.equal(await latestCheckpoint(folder), path.join(jobPath(folder, 'checkpoints'), 'step-10'));
  }));
});

describe('the workspace root', () => {
  it('is the nearest folder with .preclinical, else with .git, else the folder itself', () => withRoot((root) => {
    const deep = path.join(root, 'a', 'b');
    mkdirSync(deep, { recursive: true });
    assert.equal(findRoot(deep), deep);
    mkdirSync(path.join(root, 'a', '.git'));
    assert.equal(findRoot(deep), path.join(root, 'a'));
    mkdirSync(path.join(root, '.preclinical'));
    assert.equal(findRoot(deep), root);
    return Promise.resolve();
  }));
});

describe('files that are there whole or not at all', () => {
  it('replace a file and keep the old one when that fails', () => withRoot(async (root) => {
    const file = path.join(root, 'x');
    await writeFileAtomic(file, 'one', { mode: 0o640 });
    if (process.platform !== 'win32') assert.equal(mode(file), '640');
    await writeFileAtomic(file, 'two');
    assert.equal(readFileSync(file, 'utf8'), 'two');
    const folder = path.join(root, 'folder');
    mkdirSync(folder);
    await assert.rejects(writeFileAtomic(folder, 'three'));
    assert.deepEqual(readdirSync(root).sort(), ['folder', 'x']);
  }));

  it('replace a folder, and give the old one back when the process ended in between', () => withRoot(async (root) => {
    const final = path.join(root, 'step-1');
    for (const content of ['old', 'new']) {
      const aside = temporaryBeside(final);
      mkdirSync(path.join(aside, 'inner'), { recursive: true });
      writeFileSync(path.join(aside, 'inner', 'x'), content);
      await replaceFolder(aside, final);
    }
    assert.equal(readFileSync(path.join(final, 'inner', 'x'), 'utf8'), 'new');
    assert.deepEqual(readdirSync(root), ['step-1']);
    mkdirSync(path.join(root, '.old-step-2-77-0123abcd'));
    mkdirSync(path.join(root, '.old-step-1-77-0123abcd'));
    mkdirSync(path.join(root, '.tmp-step-3-77-0123abcd'));
    await removeTemporaries(root);
    assert.deepEqual(readdirSync(root).sort(), ['step-1', 'step-2']);
    await removeTemporaries(path.join(root, 'none'));
  }));
});
