// Runs trained by the real TRL under torchrun, two gloo processes on the CPU: the numbers of the embedded engine, and the
// same answers to stop, pause, checkpoint, a killed job and a trainer that fails.
import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { loadModel } from '../../src/engine/model';
import { openBackend } from '../../src/engine/tensors';
import type { JobEvent, MetricsEvent } from '../../src/protocol/events';
import { latestCheckpoint } from '../../src/runs/checkpoints';
import { readEvents } from '../../src/runs/events';
import { findProcess } from '../../src/runs/this-host';
import { writeExpected } from '../deep/expected-model';
import { referencePython, runScript } from '../deep/python';
import { runToEnd } from '../process/run-to-end';
import { askAt, createTrainJob, makeTrainWorkspace } from '../process/train/workspace';
import { compare, curve, isUpdate, notices, updatesOf } from './curves';

type Values = Record<string, unknown>;

/** Pids of the processes that train. */
function workersOf(folder: string): number[] {
  return readdirSync(path.join(folder, 'trainer', 'workers')).map(Number);
}

describe('a run that TRL trains under torchrun', () => {
  let root: string;
  let python: string;
  let base: string;
  const elsewhere = (name: string, values: Values = {}, from?: string): Promise<string> =>
    createTrainJob(root, name, { engine: 'trl', 'scaleout.processes': 2, 'scaleout.python': python, ...values }, from);
  const embedded = async (name: string, values: Values = {}, from?: string): Promise<readonly JobEvent[]> => {
    const folder = await createTrainJob(root, name, values, from);
    assert.equal((await runToEnd(folder)).state.state, 'done');
    return readEvents(folder);
  };

  before(async () => {
    python = referencePython();
    root = await makeTrainWorkspace();
    await openBackend('cpu');
  });
  after(() => rm(root, { recursive: true, force: true }));

  // What is left is the rounding of float32 in another order: a loss near 6 has units of 4.8e-7 in its last place; norms are
  // sums over all weights.
  it('has the losses, gradient norms and learning rates of the embedded engine, update by update', async () => {
    const values = { steps: 25, 'checkpoints.everySteps': 10, 'heldOut.everySteps': 10 };
    const folder = await elsewhere('pretrain', values);
    const { state, events } = await runToEnd(folder);
    assert.equal(state.state, 'done', state.reason);
    const ours = await embedded('pretrain', values);
    for (const [name, limit] of [['train/loss', 5e-6], ['train/gradientNorm', 1e-4], ['train/learningRate', 1e-12], ['train/trainedTokens', 0]] as const) {
      const { steps, difference } = compare(ours, events, name);
      assert.equal(steps, 25, name);
      assert.ok(difference <= limit, `${name} differs by ${difference}`);
    }
    const heldOut = compare(ours, events, 'heldout/clinical/loss');
    assert.deepEqual([heldOut.steps, heldOut.difference < 5e-6], [4, true]);
    assert.ok(compare(ours, events, 'heldout/clinical/bitsPerByte').difference < 5e-6);
    const tokens = (all: readonly JobEvent[]): number[] => all.flatMap((event): number[] => (event.type === 'metrics' && 'train/loss' in event.metrics ? [event.tokens] : []));
    assert.deepEqual(tokens(events), tokens(ours));
    assert.match(notices(events), /Trained by trl [\d.]+ with torch/);
    base = (await latestCheckpoint(folder))!;
    assert.equal(path.basename(base), 'step-25');
  });

  it('leaves a checkpoint like any other: it opens here, and is fine-tuned here and there with the same losses', async () => {
    const model = await loadModel(base);
    assert.equal(model.config.layers, 2);
    model.dispose();
    for (const values of [{}, { lora: { rank: 4, alpha: 8 } }, { packing: 'best-fit' }] satisfies Values[]) {
      const folder = await elsewhere('plain', { ...values, epochs: 1 }, base);
      const { state, events } = await runToEnd(folder);
      assert.equal(state.state, 'done', state.reason);
      const ours = await embedded('plain', { ...values, epochs: 1 }, base);
      const { steps, difference } = compare(ours, events, 'train/loss');
      // Adam's first updates divide tiny gradients by their own size, which at this learning rate makes rounding larger.
      assert.ok(steps >= 5 && difference < 1e-4, `${JSON.stringify(values)}: ${steps} steps differ by ${difference}`);
      assert.ok(Math.abs(curve(ours, 'train/loss').get(1)! - curve(events, 'train/loss').get(1)!) < 2e-6, 'nothing but rounding before the first update');
      (await loadModel((await latestCheckpoint(folder))!)).dispose();
    }
  });

  it('exchanges checkpoints both ways with equal logits: what TRL saved opens here, and what was trained here opens in transformers', async () => {
    const ours = await createTrainJob(root, 'pretrain', { steps: 25 });
    assert.equal((await runToEnd(ours)).state.state, 'done');
    const folders = [base, (await latestCheckpoint(ours))!];
    for (const folder of folders) await writeExpected(folder);
    runScript('check_saved_model.py', ...folders);
  });

  it('adds the noise of NEFTune in training only, and says how it is scaled', async () => {
    const folder = await elsewhere('finetune', { epochs: 1 }, base);
    const { state, events } = await runToEnd(folder);
    assert.equal(state.state, 'done', state.reason);
    assert.match(notices(events), /lengthMode: example is not what is done here.*padded length of the batch/);
    const ours = await embedded('finetune', { epochs: 1 }, base);
    assert.equal(curve(events, 'train/loss').size, curve(ours, 'train/loss').size);
    assert.notEqual(curve(events, 'train/loss').get(1), curve(ours, 'train/loss').get(1), 'other noise');

    const packed = await runToEnd(await elsewhere('finetune', { epochs: 1, packing: 'best-fit' }, base));
    assert.equal(packed.state.state, 'done', packed.state.reason);
    assert.ok(packed.events.some((event) => event.type === 'notice' && event.level === 'warning' && /with packing is the length of the whole row and not of an example; packing: none keeps it to examples/.test(event.message)));
  });

  // Both scale the noise by the padded length then, and draw it differently: 0.03 nats of an update on average, 0.11 at most.
  it('is tuned with NEFTune, stopped with a checkpoint and resumed, along the curve of the embedded engine in lengthMode: padded', async () => {
    const values = { epochs: 20, neftune: { alpha: 5, lengthMode: 'padded' }, 'optimiser.learningRate': 3e-4 };
    const folder = await elsewhere('finetune', values, base);
    const stopped = await runToEnd(folder, askAt(folder, 'stop', isUpdate(3)));
    assert.equal(stopped.state.state, 'stopped', stopped.state.reason);
    const done = await runToEnd(folder);
    assert.equal(done.state.state, 'done', done.state.reason);
    const [theirs, ours] = [await readEvents(folder), await embedded('finetune', values, base)];
    assert.deepEqual(updatesOf(theirs), updatesOf(ours));
    const [a, b] = [curve(theirs, 'train/loss'), curve(ours, 'train/loss')];
    const differences = [...a].map(([step, loss]) => loss - b.get(step)!);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(differences.length === 300 && mean(differences.map(Math.abs)) < 0.08 && Math.abs(mean(differences)) < 0.05, `${differences.length} updates, ${mean(differences.map(Math.abs))} on average, ${Math.max(...differences.map(Math.abs))} at most, ${mean(differences)} with its sign`);
  });

  it('is stopped with a checkpoint, keeps a file changed by hand, and goes on to the numbers of an undisturbed run', async () => {
    // Enough updates that it cannot be done before it hears a request, at a rate where rounding stays small over all of them.
    const values = { steps: 400, 'checkpoints.everySteps': 1000, 'heldOut.everySteps': 400, 'optimiser.learningRate': 3e-4 };
    const folder = await elsewhere('pretrain', values);
    const stopped = await runToEnd(folder, askAt(folder, 'stop', isUpdate(3)));
    assert.equal(stopped.state.state, 'stopped', stopped.state.reason);
    const step = Number(path.basename((await latestCheckpoint(folder))!).slice('step-'.length));
    assert.ok(step >= 3 && step < 400);
    assert.ok(stopped.events.some((event) => event.type === 'requestAnswered' && event.answer === 'done'));

    const script = path.join(folder, 'trainer', 'launch.sh');
    writeFileSync(script, readFileSync(script, 'utf8').replace('set -euo pipefail', 'set -euo pipefail # by hand'));
    const paused = await runToEnd(folder, askAt(folder, 'pause', isUpdate(step + 2)));
    assert.equal(paused.state.state, 'paused', paused.state.reason);
    assert.match(notices(paused.events), /launch\.sh was changed by hand and is kept: .*\+set -euo pipefail # by hand/);
    const done = await runToEnd(folder);
    assert.equal(done.state.state, 'done', done.state.reason);
    const { steps, difference } = compare(await embedded('pretrain', values), await readEvents(folder), 'train/loss');
    assert.equal(steps, 400);
    assert.ok(difference < 1e-4, `differs by ${difference}`);
  });

  it('saves by itself when its job is killed; the next attempt brings that home and goes on', async () => {
    const values = { steps: 400, 'heldOut.everySteps': 400, 'checkpoints.everySteps': 1000 };
    const folder = await elsewhere('pretrain', values);
    let killed = false;
    const first = await runToEnd(folder, (event, pid) => {
      if (!killed && isUpdate(3)(event)) process.kill(pid, 'SIGKILL');
      killed ||= isUpdate(3)(event);
    });
    assert.equal(first.state.state, 'lost');
    assert.equal(workersOf(folder).length, 2);

    const second = await runToEnd(folder, askAt(folder, 'stop', (event) => event.type === 'metrics' && event.attempt === 2 && 'train/tokensPerSecond' in event.metrics));
    assert.equal(second.state.state, 'stopped', second.state.reason);
    const resumed = second.events.find((event) => event.type === 'resumed');
    assert.ok(resumed !== undefined && resumed.fromStep >= 3, 'it was waited for, and what it saved was brought home');
    const steps = (await readEvents(folder)).filter((event): event is MetricsEvent => event.type === 'metrics' && 'train/loss' in event.metrics).map(({ step }) => step);
    assert.deepEqual(steps, Array.from(steps, (_, i) => i + 1), 'no update is missing or told twice');
  });

  it('fails with a reason and a next step: no Python, no such setting, a trainer that breaks', async () => {
    const refused = async (values: Values): Promise<string> => {
      const { state } = await runToEnd(await elsewhere('pretrain', { steps: 4, ...values }));
      assert.equal(state.state, 'failed');
      return `${state.reason ?? ''}. ${state.next ?? ''}`;
    };
    assert.match(await refused({ 'scaleout.python': '/nowhere/python' }), /no Python with torch and trl was found; tried \/nowhere\/python \(scaleout\.python of the run file\)/);
    assert.match(await refused({ batchSize: 3, accumulationSteps: 1 }), /cannot be shared out evenly/);

    const folder = await elsewhere('pretrain', { steps: 10_000, 'heldOut.everySteps': 10_000, 'checkpoints.everySteps': 5 });
    let broken = false;
    const { state } = await runToEnd(folder, (event) => {
      if (broken || event.type !== 'checkpoint') return;
      broken = true;
      process.kill(workersOf(folder)[0]!, 'SIGKILL');
    });
    assert.equal(state.state, 'failed');
    assert.match(state.reason ?? '', /a process of the trainer was killed, most often for want of memory at step \d+ of 10000/);
    assert.match(state.reason ?? '', /its last checkpoint is step-\d+/);
    assert.ok(await latestCheckpoint(folder));
    assert.deepEqual(workersOf(folder).filter((pid) => findProcess(pid) !== undefined), [], 'no worker is left behind');
  });

  it('fails with a reason, a next step and its last checkpoint: no GPU, an old TRL, no memory for one process, no room for files', async () => {
    const failed = async (values: Values, limit?: string, which: 'one' | 'all' = 'one'): Promise<string> => {
      const folder = await elsewhere('pretrain', { steps: 10_000, 'heldOut.everySteps': 10_000, 'checkpoints.everySteps': 10, ...values });
      let limited = false;
      const { state, events } = await runToEnd(folder, (event) => {
        if (limit === undefined || limited || event.type !== 'checkpoint') return;
        limited = true;
        for (const pid of workersOf(folder).slice(0, which === 'one' ? 1 : undefined)) {
          const done: SpawnSyncReturns<string> = spawnSync('prlimit', ['--pid', String(pid), limit], { encoding: 'utf8' });
          assert.equal(done.status, 0, done.stderr);
        }
      });
      assert.equal(state.state, 'failed', notices(events));
      return `${state.reason ?? ''}. ${state.next ?? ''}`;
    };
    assert.match(await failed({ 'scaleout.device': 'gpu' }), /GPUs: PyTorch sees no GPU\. Look at `nvidia-smi`/);
    // A package as an old one was, before the installed one.
    const old = path.join(root, 'old');
    mkdirSync(path.join(old, 'trl'), { recursive: true });
    mkdirSync(path.join(old, 'trl-0.7.0.dist-info'));
    writeFileSync(path.join(old, 'trl', '__init__.py'), 'from dataclasses import dataclass\n@dataclass\nclass SFTConfig:\n    max_steps: int = 0\n@dataclass\nclass ModelConfig:\n    dtype: str = ""\n');
    writeFileSync(path.join(old, 'trl-0.7.0.dist-info', 'METADATA'), 'Metadata-Version: 2.1\nName: trl\nVersion: 0.7.0\n');
    assert.match(await failed({ 'scaleout.prologue': [`export PYTHONPATH='${old}'`] }), /has a trl that does not know .*Install trl 1\.x/);
    assert.match(await failed({}, '--as=1'), /a process of the trainer ran out of memory at step \d+ of 10000; its last checkpoint is step-\d+\. Lower batchSize/);
    // More than its log takes, and less than the weights.
    assert.match(await failed({}, '--fsize=200000', 'all'), /the disk is full, or a file larger than is allowed at step \d+ of 10000; its last checkpoint is step-\d+\. Free some space.*then resume/);
  });

  it('keeps everything private: files for the owner alone, nothing leaves the machine', () => {
    const folder = path.join(path.dirname(path.dirname(path.dirname(base))), path.basename(path.dirname(path.dirname(base))), 'trainer');
    assert.ok(existsSync(path.join(folder, 'trl.yaml')));
    const script = readFileSync(path.join(folder, 'launch.sh'), 'utf8');
    for (const word of ['HF_HUB_OFFLINE=1', 'TRANSFORMERS_OFFLINE=1', 'HF_HUB_DISABLE_TELEMETRY=1', 'WANDB_MODE=disabled']) assert.ok(script.includes(word), word);
    const config = readFileSync(path.join(folder, 'trl.yaml'), 'utf8');
    for (const line of ['report_to: none', 'push_to_hub: false', 'trust_remote_code: false']) assert.ok(config.includes(line), line);
    assert.equal(statSync(path.join(folder, 'launch.sh')).mode & 0o077, 0);
  });
});
