// Runs that DeepSpeed's ZeRO shares out between two gloo processes on a CPU, and QLoRA with whole copies: the embedded engine's
// numbers where it can compute them, and checkpoints that are whole at home.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { isAdapterFolder, loadModel } from '../../src/engine/model';
import { packageRoot } from '../../src/engine/parts/assets';
import { openBackend } from '../../src/engine/tensors';
import { latestCheckpoint } from '../../src/runs/checkpoints';
import { readEvents } from '../../src/runs/events';
import { writeExpected } from '../deep/expected-model';
import { referencePython, runScript } from '../deep/python';
import { runToEnd } from '../process/run-to-end';
import { createTrainJob, makeTrainWorkspace } from '../process/train/workspace';
import { pythonEnvironment } from '../rig/python-environment.mjs';
import { curve, notices } from '../scaleout/curves';
import { stopAndGoOn, trainBoth, trainHere } from '../scaleout/shared-out';

type Values = Readonly<Record<string, unknown>>;

describe('a run that is shared out between processes by DeepSpeed', function () {
  this.timeout(900_000);
  let root: string;
  let base: string;
  let elsewhere: Values;
  const sharded = (sharding: string): Values => ({ ...elsewhere, 'scaleout.sharding': sharding });
  before(async () => {
    const lock = path.join(packageRoot, 'test', 'deepspeed', 'requirements.lock');
    const python = pythonEnvironment({ lock, over: referencePython(), imports: ['deepspeed', 'bitsandbytes'] });
    elsewhere = { engine: 'trl', 'scaleout.processes': 2, 'scaleout.device': 'cpu', 'scaleout.python': python };
    root = await makeTrainWorkspace();
    await openBackend('cpu');
    base = await trainHere(root);
  });
  after(() => rm(root, { recursive: true, force: true }));

  it('by ZeRO 2 has the losses of the embedded engine, is stopped, goes on from its parts, and is whole at home', async () => {
    const folder = await stopAndGoOn(root, {}, sharded('zero2'), (home) => {
      const parts = path.join(home, readFileSync(path.join(home, 'latest'), 'utf8'));
      assert.ok(existsSync(path.join(parts, 'zero_pp_rank_1_mp_rank_00_optim_states.pt')), 'each process wrote its part');
    });
    assert.match(notices(await readEvents(folder)), /Sharding zero2, by hand\./);
    const home = (await latestCheckpoint(folder))!;
    await writeExpected(home);
    runScript('check_saved_model.py', home);
  });

  it('by ZeRO 3 has them too, and a Mixtral has the names its family has in files', async () => {
    await stopAndGoOn(root, { recomputeActivations: true }, sharded('zero3'), () => undefined);
    const experts = { count: 4, perToken: 2, balanceLossWeight: 0 };
    const home = await trainBoth(root, 'pretrain', { steps: 8, accumulationSteps: 4, 'base.new.family': 'mixtral', 'base.new.experts': experts, 'heldOut.everySteps': 8 }, sharded('zero3'));
    await writeExpected(home);
    runScript('check_saved_model.py', home);
  });

  it('by ZeRO 3 trains an adapter, which comes home whole', async () => {
    const home = await trainBoth(root, 'plain', { epochs: 1, accumulationSteps: 2, lora: { rank: 4, alpha: 8 }, 'optimiser.learningRate': 3e-4 }, sharded('zero3'), { base });
    assert.ok(isAdapterFolder(home) && existsSync(path.join(home, 'adapter_model.safetensors')));
  });

  it('of QLoRA holds the frozen weights in 4 bits: a little off what the whole ones answer, and learning', async () => {
    const values = { epochs: 2, 'optimiser.learningRate': 3e-3 };
    const run = async (lora: Values, more: Values): Promise<Map<number, number>> => {
      const folder = await createTrainJob(root, 'plain', { ...values, ...more, lora: { rank: 4, alpha: 8, ...lora } }, base);
      const { state } = await runToEnd(folder);
      assert.equal(state.state, 'done', state.reason);
      const home = (await latestCheckpoint(folder))!;
      (await loadModel(home)).dispose();
      return curve(await readEvents(folder), 'train/loss');
    };
    const [quantised, whole] = [await run({ quantisation: 'nf4' }, elsewhere), await run({}, {})];
    const first = Math.abs(quantised.get(1)! - whole.get(1)!);
    assert.ok(first > 1e-4 && first < 0.1, `the first losses are ${first} apart`);
    const learnt = [quantised, whole].map((losses) => losses.get(1)! - [...losses.values()].at(-1)!);
    assert.ok(learnt[0]! > 0.1 && Math.abs(learnt[0]! - learnt[1]!) < 0.1, `they learn ${learnt.join(' and ')} nats`);
  });
});
