// A run whose weights, gradients and moments two processes share out between them (PyTorch's FSDP2, gloo on the CPU): the
// numbers of the embedded engine, checkpoints that are whole at home, and one that is gone on from.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { isAdapterFolder } from '../../src/engine/model';
import { openBackend } from '../../src/engine/tensors';
import { readEvents } from '../../src/runs/events';
import { writeExpected } from '../deep/expected-model';
import { referencePython, runScript } from '../deep/python';
import { makeTrainWorkspace } from '../process/train/workspace';
import { notices } from './curves';
import { stopAndGoOn, trainBoth, trainHere } from './shared-out';

describe('a run that is shared out between processes by FSDP2', function () {
  this.timeout(900_000);
  let root: string;
  let fsdp: Readonly<Record<string, unknown>>;
  before(async () => {
    fsdp = { engine: 'trl', 'scaleout.processes': 2, 'scaleout.sharding': 'fsdp', 'scaleout.device': 'cpu', 'scaleout.python': referencePython() };
    root = await makeTrainWorkspace();
    await openBackend('cpu');
  });
  after(() => rm(root, { recursive: true, force: true }));

  it('has the losses of the embedded engine, is stopped, goes on from its parts, and is whole at home', async () => {
    const folder = await stopAndGoOn(root, { recomputeActivations: true }, fsdp, (home) => {
      assert.ok(existsSync(path.join(home, 'optimizer_0', '__1_0.distcp')), 'each process wrote its part');
    });
    assert.match(notices(await readEvents(folder)), /Sharding fsdp, by hand\./);
    assert.equal((JSON.parse(readFileSync(path.join(folder, 'trainer', 'fsdp.json'), 'utf8')) as { version: number }).version, 2);
  });

  // TRL takes the balance loss of each micro-batch, whose mean is not quite that of the update (docs/experts.md).
  it('of a Mixtral has the names its family has in files, and the same logits in transformers', async () => {
    const experts = { steps: 8, accumulationSteps: 4, 'base.new.family': 'mixtral', 'base.new.experts': { count: 4, perToken: 2 }, 'checkpoints.everySteps': 1000, 'heldOut.everySteps': 8 };
    const home = await trainBoth(root, 'pretrain', experts, fsdp, { limits: { loss: 2e-3, gradientNorm: 1e-2 } });
    await writeExpected(home);
    runScript('check_saved_model.py', home);
  });

  it('that trains an adapter saves it whole, and opens here', async () => {
    const home = await trainBoth(root, 'plain', { epochs: 1, accumulationSteps: 2, lora: { rank: 4, alpha: 8 }, 'optimiser.learningRate': 3e-4 }, fsdp, { base: await trainHere(root) });
    assert.ok(isAdapterFolder(home) && existsSync(path.join(home, 'adapter_model.safetensors')));
  });
});
