// Job folders as they are on disk: made by the same code that makes real ones.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { RunsModel } from '../../../../src/host/runs/model';
import { createJob } from '../../../../src/runs/create';
import { EventLog } from '../../../../src/runs/events/log';
import { writeLabels } from '../../../../src/runs/labels';
import { jobPath } from '../../../../src/runs/layout';
import { serveFile, withRoot } from '../../runs/folder';

async function setState(folder: string, change: object): Promise<void> {
  const status = JSON.parse(await readFile(jobPath(folder, 'status'), 'utf8')) as object;
  await writeFile(jobPath(folder, 'status'), JSON.stringify({ ...status, ...change }));
}

describe('the runs of a workspace', () => {
  it('are none where nothing ran', () => withRoot(async (root) => {
    const model = new RunsModel(root);
    assert.equal(await model.refresh(), false);
    assert.deepEqual(model.top, []);
  }));

  it('come and go with their folders, and a look that finds nothing new says so', () => withRoot(async (root) => {
    const model = new RunsModel(root);
    const { id, folder } = await createJob(root, serveFile);
    assert.equal(await model.refresh(), true);
    assert.deepEqual(model.top.map((entry) => [entry.id, entry.name, entry.reading.state]), [[id, serveFile.name, 'created']]);
    assert.equal(await model.refresh(), false);
    await rm(folder, { recursive: true });
    assert.equal(await model.refresh(), true);
    assert.deepEqual(model.entries, []);
  }));

  it('take labels and states as they change', () => withRoot(async (root) => {
    const model = new RunsModel(root);
    const { id, folder } = await createJob(root, serveFile);
    await model.refresh();
    await writeLabels(folder, { name: 'Mine', star: true });
    await setState(folder, { state: 'failed', reason: 'no such file' });
    assert.equal(await model.refresh(), true);
    const entry = model.find(id)!;
    assert.deepEqual([entry.name, entry.labels.star, entry.reading.state, entry.reading.reason], ['Mine', true, 'failed', 'no such file']);
  }));

  it('read only what was added to the events', () => withRoot(async (root) => {
    const model = new RunsModel(root);
    const { id, folder } = await createJob(root, serveFile);
    const log = EventLog.open(folder);
    log.begin(1);
    log.append({ type: 'metrics', step: 1, tokens: 10, metrics: { 'train/loss': 3 } });
    await model.refresh();
    assert.equal(model.find(id)!.progress.step, 1);
    log.append({ type: 'metrics', step: 2, tokens: 20, metrics: { 'train/loss': 2 } });
    await setState(folder, { state: 'stopped' });
    await model.refresh();
    assert.deepEqual([model.find(id)!.progress.step, model.find(id)!.progress.loss], [2, 2]);
    log.close();
  }));

  it('call a job lost whose process is gone, and share one look among many askers', () => withRoot(async (root) => {
    const model = new RunsModel(root);
    const { id, folder } = await createJob(root, serveFile);
    await setState(folder, { state: 'running', pid: 2 ** 30, attempt: 1 });
    await Promise.all([model.refresh(), model.refresh(), model.refresh()]);
    assert.equal(model.find(id)!.reading.state, 'lost');
  }));
});
