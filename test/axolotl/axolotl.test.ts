// Runs trained by a real Axolotl under torchrun on the CPU, beside the embedded engine. PRECLINICAL_AXOLOTL_PYTHON names its interpreter.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { JobEvent } from '../../src/protocol/events';
import { latestCheckpoint } from '../../src/runs/checkpoints';
import { readEvents } from '../../src/runs/events';
import { runToEnd } from '../process/run-to-end';
import { askAt, createTrainJob, makeTrainWorkspace } from '../process/train/workspace';

function losses(events: readonly JobEvent[]): Map<number, number> {
  return new Map(events.flatMap((event) => (event.type === 'metrics' && typeof event.metrics['train/loss'] === 'number' ? [[event.step, event.metrics['train/loss']] as const] : [])));
}

describe('a run that Axolotl trains under torchrun', function () {
  this.timeout(900_000);
  let root: string;
  const python = process.env['PRECLINICAL_AXOLOTL_PYTHON'] ?? '';
  before(async () => {
    assert.notEqual(python, '', 'PRECLINICAL_AXOLOTL_PYTHON must name a Python with axolotl');
    root = await makeTrainWorkspace();
  });
  after(() => rm(root, { recursive: true, force: true }));

  it('has the losses of the embedded engine, is stopped with a checkpoint, and goes on', async () => {
    const values = { steps: 120, 'optimiser.learningRate': 3e-4, 'checkpoints.everySteps': 1000, 'heldOut.everySteps': 60 };
    const folder = await createTrainJob(root, 'pretrain', { ...values, engine: 'axolotl', 'scaleout.processes': 2, 'scaleout.python': python });
    const stopped = await runToEnd(folder, askAt(folder, 'stop', (event) => event.type === 'metrics' && event.step >= 3));
    assert.equal(stopped.state.state, 'stopped', stopped.state.reason);
    const done = await runToEnd(folder);
    assert.equal(done.state.state, 'done', done.state.reason);
    assert.equal(path.basename((await latestCheckpoint(folder))!), 'step-120');
    const embedded = await createTrainJob(root, 'pretrain', values);
    assert.equal((await runToEnd(embedded)).state.state, 'done');
    const theirs = losses(await readEvents(folder));
    const differences = [...losses(await readEvents(embedded))].map(([step, loss]) => Math.abs(loss - (theirs.get(step) ?? NaN)));
    assert.equal(differences.length, 120);
    assert.ok(Math.max(...differences) < 1e-4, `differs by ${Math.max(...differences)}`);
  });
});
