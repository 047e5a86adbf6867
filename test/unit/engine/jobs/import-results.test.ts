// Results of lm-evaluation-harness become evaluations of a workspace.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { importResults } from '../../../../src/engine/jobs/import-results';
import { readJobFile } from '../../../../src/runs/job-file';
import { listJobs } from '../../../../src/runs/list';
import { compareResults } from '../../../../src/runs/scored/compare';
import { readResults } from '../../../../src/runs/scored/read';
import { fixtures, temporaryFolder } from '../evaluate/task-files';

const theirs = path.join(fixtures, 'harness-results/results');

describe('results of lm-evaluation-harness', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);

  it('become a finished evaluation that is read and compared as any other, once', async () => {
    const root = path.join(folder, 'workspace');
    const [imported = assert.fail()] = await importResults(root, theirs);
    assert.equal(imported.done, false);
    const [job = assert.fail()] = await listJobs(root);
    assert.deepEqual([job.id, job.kind, job.state, job.name], [imported.id, 'evaluate', 'done', 'import-up']);
    const file = await readJobFile(job.folder);
    assert.equal(file.kind === 'evaluate' && file.resolved.checkpoint, 'made/up');
    const [ours, original] = [(await readResults(job.folder))!, (await readResults(path.dirname(theirs)))!];
    assert.deepEqual(ours.tasks, original.tasks);
    assert.deepEqual(compareResults(ours, original).map(({ difference }) => difference.value), [0, 0]);
    const [again] = await importResults(root, theirs);
    assert.deepEqual([again!.id, again!.done, (await listJobs(root)).length], [imported.id, true, 1]);
  });

  it('are refused before anything is made when they cannot be read', async () => {
    const root = path.join(folder, 'refused');
    mkdirSync(root);
    const broken = path.join(folder, 'broken');
    cpSync(theirs, broken, { recursive: true });
    const samples = readdirSync(path.join(broken, 'made__up')).find((name) => name.startsWith('samples_'))!;
    writeFileSync(path.join(broken, 'made__up', samples), '{"doc_id": 0,\n');
    await assert.rejects(importResults(root, broken), /samples_medqa_text.*:1/);
    await assert.rejects(importResults(root, path.join(folder, 'nowhere')), /no such file/);
    await assert.rejects(importResults(root, root), /no results_\*\.json/);
    await assert.rejects(importResults(root, theirs, 'unknown'), /no training run/);
    assert.deepEqual(await listJobs(root), []);
  });
});
