// A run whose weights, gradients and moments two processes share out between them (PyTorch's FSDP2, gloo on the CPU): the
// numbers of the embedded engine, checkpoints that are whole at home, and one that is gone on from.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { loadModel } from '../../src/engine/model';
import { openBackend } from '../../src/engine/tensors';
import { latestCheckpoint } from '../../src/runs/checkpoints';
import { readEvents } from '../../src/runs/events';
import { referencePython } from '../deep/python';
import { runToEnd } from '../process/run-to-end';
import { askAt, createTrainJob, makeTrainWorkspace } from '../process/train/workspace';
import { compare, isUpdate, notices } from './curves';

describe('a run that is shared out between processes by FSDP2', function () {
  this.timeout(900_000);
  let root: string;
  before(async () => {
    root = await makeTrainWorkspace();
    await openBackend('cpu');
  });
  after(() => rm(root, { recursive: true, force: true }));

  it('has the losses of the embedded engine, is stopped, goes on from its parts, and is whole at home', async () => {
    const values = { steps: 200, 'checkpoints.everySteps': 1000, 'heldOut.everySteps': 200, recomputeActivations: true };
    const folder = await createTrainJob(root, 'pretrain', { ...values, engine: 'trl', 'scaleout.processes': 2, 'scaleout.sharding': 'fsdp', 'scaleout.device': 'cpu', 'scaleout.python': referencePython() });
    const first = await runToEnd(folder, askAt(folder, 'stop', isUpdate(3)));
    assert.equal(first.state.state, 'stopped', first.state.reason);
    assert.match(notices(first.events), /Sharding fsdp, by hand\./);
    assert.equal((JSON.parse(readFileSync(path.join(folder, 'trainer', 'fsdp.json'), 'utf8')) as { version: number }).version, 2);
    const home = (await latestCheckpoint(folder))!;
    const step = Number(path.basename(home).slice('step-'.length));
    assert.ok(existsSync(path.join(home, 'optimizer_0', '__1_0.distcp')), 'each process wrote its part');
    (await loadModel(home)).dispose();

    const second = await runToEnd(folder, askAt(folder, 'stop', isUpdate(step + 3)));
    assert.equal(second.state.state, 'stopped', second.state.reason);
    const last = Number(path.basename((await latestCheckpoint(folder))!).slice('step-'.length));
    assert.ok(last >= step + 3);
    // The schedule is that of all 200 updates; as many as were done are compared.
    const ours = await createTrainJob(root, 'pretrain', values);
    await runToEnd(ours, askAt(ours, 'stop', isUpdate(last)));
    for (const [name, limit] of [['train/loss', 5e-6], ['train/gradientNorm', 1e-4]] as const) {
      const { steps, difference } = compare(await readEvents(ours), await readEvents(folder), name);
      assert.ok(steps >= step + 3 && difference < limit, `${name}: ${steps} steps differ by ${difference}`);
    }
  });
});
