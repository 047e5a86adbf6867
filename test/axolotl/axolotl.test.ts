// Runs trained by a real Axolotl under torchrun on the CPU, beside the embedded engine. PRECLINICAL_AXOLOTL_PYTHON names its interpreter.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { isAdapterFolder } from '../../src/engine/model';
import { openBackend } from '../../src/engine/tensors';
import { latestCheckpoint } from '../../src/runs/checkpoints';
import { readEvents } from '../../src/runs/events';
import { runToEnd } from '../process/run-to-end';
import { askAt, createTrainJob, makeTrainWorkspace } from '../process/train/workspace';
import { compare, curve, notices } from '../scaleout/curves';
import { addForms, feedBoth, learnt, shown } from '../scaleout/fed';
import { trainBoth, trainHere } from '../scaleout/shared-out';

describe('a run that Axolotl trains under torchrun', function () {
  this.timeout(900_000);
  let root: string;
  const python = process.env['PRECLINICAL_AXOLOTL_PYTHON'] ?? '';
  const elsewhere = { engine: 'axolotl', 'scaleout.processes': 2, 'scaleout.python': python, 'scaleout.device': 'cpu' };
  before(async () => {
    assert.notEqual(python, '', 'PRECLINICAL_AXOLOTL_PYTHON must name a Python with axolotl');
    root = await makeTrainWorkspace();
    await openBackend('cpu');
  });
  after(() => rm(root, { recursive: true, force: true }));

  it('has the losses of the embedded engine, is stopped with a checkpoint, and goes on', async () => {
    const values = { steps: 120, 'optimiser.learningRate': 3e-4, 'checkpoints.everySteps': 1000, 'heldOut.everySteps': 60 };
    const folder = await createTrainJob(root, 'pretrain', { ...values, ...elsewhere });
    const stopped = await runToEnd(folder, askAt(folder, 'stop', (event) => event.type === 'metrics' && event.step >= 3));
    assert.equal(stopped.state.state, 'stopped', stopped.state.reason);
    const done = await runToEnd(folder);
    assert.equal(done.state.state, 'done', done.state.reason);
    assert.equal(path.basename((await latestCheckpoint(folder))!), 'step-120');
    const embedded = await createTrainJob(root, 'pretrain', values);
    assert.equal((await runToEnd(embedded)).state.state, 'done');
    const { steps, difference } = compare(await readEvents(embedded), await readEvents(folder), 'train/loss');
    assert.equal(steps, 120);
    assert.ok(difference < 1e-4, `differs by ${difference}`);
  });

  it('trains an adapter with the losses of the embedded engine, and brings it home whole', async () => {
    const lora = { lora: { rank: 4, alpha: 8 }, 'optimiser.learningRate': 3e-4 };
    const home = await trainBoth(root, 'plain', lora, elsewhere, { base: await trainHere(root) });
    assert.ok(isAdapterFolder(home) && existsSync(path.join(home, 'adapter_model.safetensors')));
  });

  it('adds the noise of NEFTune in training only, and says how it is scaled', async () => {
    const base = await trainHere(root);
    const folder = await createTrainJob(root, 'finetune', { epochs: 1, ...elsewhere }, base);
    const { state, events } = await runToEnd(folder);
    assert.equal(state.state, 'done', state.reason);
    assert.match(notices(events), /padded length of the batch/);
    const quiet = await createTrainJob(root, 'plain', { epochs: 1 }, base);
    assert.equal((await runToEnd(quiet)).state.state, 'done');
    const [noisy, plain] = [curve(events, 'train/loss'), curve(await readEvents(quiet), 'train/loss')];
    assert.equal(noisy.size, plain.size);
    const first = Math.abs(noisy.get(1)! - plain.get(1)!);
    assert.ok(first > 1e-5 && first < 0.5, `${first} apart`);
  });

  it('feeds to its model, token by token, what the embedded engine feeds to its own', async () => {
    await addForms(root);
    for (const packing of ['none', 'best-fit']) {
      const { ours, theirs } = await feedBoth(root, { packing }, elsewhere);
      assert.deepEqual(theirs, ours);
      const texts = await Promise.all(theirs.map((row) => shown(root, row)));
      for (const text of learnt) assert.equal(texts.filter((row) => row.includes(text)).length, 2, `each of two epochs has ${text}`);
    }
  });
});
