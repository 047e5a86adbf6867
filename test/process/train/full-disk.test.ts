// A disk that is full when a checkpoint is due: the run fails with the reason, its last checkpoint stands as it was, nothing
// half-written stays, and once there is room the run goes on.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../../../src/engine/parts/assets';
import { latestCheckpoint } from '../../../src/runs/checkpoints';
import { readJobState } from '../../../src/runs/state';
import { runToEnd } from '../run-to-end';
import { askAt, createTrainJob, makeTrainWorkspace } from './workspace';

describe('a training job on a full disk', () => {
  let root: string;
  before(async () => { root = await makeTrainWorkspace(); });
  after(() => rm(root, { recursive: true, force: true }));

  it('keeps its last checkpoint and goes on when there is room', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = await createTrainJob(root, 'pretrain', { steps: 30, 'checkpoints.everySteps': 20 });
    assert.equal((await runToEnd(folder, askAt(folder, 'stop', (event) => event.type === 'metrics' && event.step >= 3))).state.state, 'stopped');
    const checkpoint = (await latestCheckpoint(folder))!;
    const contents = (): [string, string][] => readdirSync(checkpoint).sort().map((name) => [name, readFileSync(path.join(checkpoint, name)).toString('base64')]);
    const before = contents();

    // Units of 1024 bytes in bash: enough for events, too little for weights.
    const { status, stdout, stderr } = spawnSync('bash', ['-c', 'ulimit -f 120; exec "$@"', 'job', process.execPath, path.join(packageRoot, 'dist', 'engine', 'job.mjs'), '--folder', folder], { encoding: 'utf8' });
    assert.equal(status, 2, stdout + stderr);
    const failed = await readJobState(folder);
    assert.equal(failed.state, 'failed');
    assert.match(failed.reason ?? '', /size limit.*everything finished before is kept/);
    assert.equal(await latestCheckpoint(folder), checkpoint);
    assert.deepEqual(contents(), before);
    assert.deepEqual(readdirSync(path.dirname(checkpoint)), [path.basename(checkpoint)]);

    const resumed = await runToEnd(folder);
    assert.equal(resumed.state.state, 'done');
    assert.equal(path.basename((await latestCheckpoint(folder))!), 'step-30');
  });
});
