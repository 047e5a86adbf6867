// Runs that a real Slurm starts (Debian's packages on loopback), trained by the real TRL: submitted, watched, told to save
// at the time limit and begun again, found again by a later process, cancelled, and refused.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import type { JobEvent } from '../../src/protocol/events';
import { readEvents } from '../../src/runs/events';
import { latestCheckpoint } from '../../src/runs/checkpoints';
import { readStatus } from '../../src/runs/status';
import { referencePython } from '../deep/python';
import { runToEnd } from '../process/run-to-end';
import { askAt, createTrainJob, makeTrainWorkspace } from '../process/train/workspace';
import { startSlurm, type SlurmCluster } from '../rig/slurm.mjs';
import { compare, isUpdate, notices, updatesOf } from './curves';

type Values = Record<string, unknown>;

describe('a run that Slurm starts', () => {
  let root: string;
  let cluster: SlurmCluster;
  let ordinaryPath: string | undefined;
  const make = (values: Values = {}): Promise<string> => createTrainJob(root, 'pretrain', {
    engine: 'trl', 'scaleout.processes': 2, 'scaleout.device': 'cpu', 'scaleout.python': referencePython(), 'scaleout.slurm.pollSeconds': 1, 'scaleout.slurm.time': '40', ...values,
  });

  before(async () => {
    root = await makeTrainWorkspace();
    cluster = await startSlurm({ nodes: 2 });
    ordinaryPath = process.env['PATH'];
    process.env['PATH'] = `${cluster.bin}:${ordinaryPath ?? ''}`;
  });
  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.error(cluster.diagnose());
  });
  after(async () => {
    process.env['PATH'] = ordinaryPath;
    await cluster.stop();
    await rm(root, { recursive: true, force: true });
  });

  it('is told to save when its time is nearly up, put back in the queue, and goes on with the numbers of the embedded engine', async () => {
    // Slurm may send the signal a minute before it has to: 50 to 110 seconds after the start, with many left to save, also on
    // a machine so busy that the trainer has not begun by then.
    const values = { 'schedule.kind': 'constant', 'schedule.warmupFraction': 0, 'optimiser.learningRate': 3e-4, 'heldOut.everySteps': 10_000, 'checkpoints.everySteps': 10_000 };
    const folder = await make({ ...values, steps: 10_000, 'scaleout.slurm.time': '15', 'scaleout.slurm.signalSeconds': 790 });
    const seen = new Set<string>();
    let again = false;
    const ask = askAt(folder, 'stop', (event) => again && isUpdate(10)(event));
    const { state, events } = await runToEnd(folder, async (event) => {
      seen.add((await readStatus(folder))?.reason ?? '');
      again ||= event.type === 'notice' && /begun again at step [1-9]/.test(event.message);
      await ask(event);
    });
    assert.equal(state.state, 'stopped', `${state.reason ?? ''}\n${notices(events)}`);
    const directives = readFileSync(path.join(folder, 'trainer', 'trainer.sbatch'), 'utf8').split('\n').filter((line) => line.startsWith('#SBATCH'));
    assert.ok(directives.includes('#SBATCH --signal=B:USR1@790'));
    assert.ok(directives.every((line) => !line.includes('$')), 'directives are literal');
    assert.ok([...seen].some((reason) => /^Slurm job \d+ running on node/.test(reason)), [...seen].join('; '));
    assert.match(notices(events), /Slurm job \d+ (?:pending|requeued)/);
    const steps = updatesOf(events);
    assert.deepEqual(steps, Array.from(steps, (_, index) => index + 1), 'no update is missing or told twice');
    assert.equal(path.basename((await latestCheckpoint(folder))!), `step-${steps.at(-1)}`);
    const ours = await createTrainJob(root, 'pretrain', { ...values, steps: Math.min(200, steps.length) });
    assert.equal((await runToEnd(ours)).state.state, 'done');
    const compared = compare(await readEvents(ours), events, 'train/loss');
    assert.equal(compared.steps, Math.min(200, steps.length));
    assert.ok(compared.difference < 1e-4, `differs by ${compared.difference}`);
  });

  it('goes on without the process that watches it, which a later one takes up: no update is missing or told twice', async () => {
    const folder = await make({ steps: 300, 'heldOut.everySteps': 300, 'checkpoints.everySteps': 50 });
    let killed = false;
    const first = await runToEnd(folder, (event, pid) => {
      if (!killed && isUpdate(3)(event)) process.kill(pid, 'SIGKILL');
      killed ||= isUpdate(3)(event);
    });
    assert.equal(first.state.state, 'lost');
    assert.match(first.state.reason ?? '', /The scheduler's job goes on without it; resume the run to find it again/);
    const second = await runToEnd(folder);
    assert.equal(second.state.state, 'done', second.state.reason);
    const steps = updatesOf(await readEvents(folder));
    assert.deepEqual(steps, Array.from({ length: 300 }, (_, index) => index + 1));
    assert.equal(path.basename((await latestCheckpoint(folder))!), 'step-300');
  });

  it('stops with a checkpoint on request and is resumed as another job', async () => {
    const folder = await make({ steps: 400, 'heldOut.everySteps': 400 });
    const stopped = await runToEnd(folder, askAt(folder, 'stop', isUpdate(3)));
    assert.equal(stopped.state.state, 'stopped', stopped.state.reason);
    const step = Number(path.basename((await latestCheckpoint(folder))!).slice('step-'.length));
    assert.ok(step >= 3 && step < 400);
    const again = await runToEnd(folder, askAt(folder, 'pause', isUpdate(step + 3)));
    assert.equal(again.state.state, 'paused', again.state.reason);
    assert.ok(again.events.some((event) => event.type === 'resumed' && event.fromStep === step));
  });

  it('is shared out between two nodes, each with a torchrun of its own, and has the losses of the embedded engine', async () => {
    const values = { steps: 20, 'heldOut.everySteps': 10 };
    // The nodes' names lead nowhere: both are this machine.
    const folder = await make({ ...values, 'scaleout.processes': 1, 'scaleout.slurm.nodes': 2, 'scaleout.slurm.prologue': ['export PRECLINICAL_HEAD=127.0.0.1'] });
    const { state, events } = await runToEnd(folder);
    assert.equal(state.state, 'done', `${state.reason ?? ''}\n${notices(events)}`);
    assert.match(readFileSync(path.join(folder, 'trainer', 'trainer.log'), 'utf8'), /Slurm job \d+, start 1, on node\[1-2\]/);
    assert.match(readFileSync(path.join(folder, 'trainer', 'launch.sh'), 'utf8'), /--nnodes 2 --node-rank "\$SLURM_NODEID"/);
    const ours = await createTrainJob(root, 'pretrain', values);
    assert.equal((await runToEnd(ours)).state.state, 'done');
    const { steps, difference } = compare(await readEvents(ours), events, 'train/loss');
    assert.deepEqual([steps, difference < 5e-6], [20, true], `differs by ${difference}`);
    assert.equal(path.basename((await latestCheckpoint(folder))!), 'step-20');
  });

  it('says why it waits, and is taken out of the queue', async () => {
    const folder = await make({ steps: 10, 'scaleout.slurm.directives': ['--begin=now+1hour'] });
    const { state, events } = await runToEnd(folder, askAt(folder, 'stop', (event: JobEvent) => event.type === 'notice' && /pending: BeginTime/.test(event.message)));
    assert.equal(state.state, 'stopped', notices(events));
    assert.equal(cluster.client('squeue', '--noheader').stdout.trim(), '');
  });

  it('fails with the next step and the last checkpoint: refused, never to run, no longer to be waited for, cancelled', async () => {
    const failed = async (values: Values, onEvent?: Parameters<typeof runToEnd>[1]): Promise<string> => {
      const { state, events } = await runToEnd(await make({ steps: 2000, 'heldOut.everySteps': 2000, ...values }), onEvent);
      assert.equal(state.state, 'failed', notices(events));
      return `${state.reason ?? ''}. ${state.next ?? ''}`;
    };
    assert.match(await failed({ 'scaleout.slurm.partition': 'nowhere' }), /Slurm did not take the job/);
    assert.match(await failed({ 'scaleout.slurm.directives': ['--begin=now+1hour'], 'scaleout.slurm.pendingHours': 0.0005 }), /Slurm job \d+ would not run; there is no checkpoint yet/);
    let cancelled = false;
    assert.match(await failed({ 'checkpoints.everySteps': 5 }, (event) => {
      if (cancelled || event.type !== 'checkpoint') return;
      cancelled = true;
      cluster.client('scancel', '--user', userInfo().username);
    }), /cancelled outside of this program; its last checkpoint is step-\d+/);
  });

  // Slurm tells of a job's want of memory where control groups hold its memory, which this cluster has not. What it has is a process
  // killed as the kernel kills one, and Slurm's own record of that, in which one word is another.
  it('fails with the next step and the last checkpoint when Slurm says that its memory was not enough', async () => {
    const bin = mkdtempSync(path.join(root, 'bin-'));
    writeFileSync(path.join(bin, 'squeue'), `#!/bin/bash\nset -o pipefail\n'${cluster.bin}/squeue' "$@" | sed 's/\\bFAILED\\b/OUT_OF_MEMORY/; s/NonZeroExitCode/OutOfMemory/'\n`, { mode: 0o755 });
    const before = process.env['PATH'];
    process.env['PATH'] = `${bin}:${before ?? ''}`;
    try {
      const folder = await make({ steps: 10_000, 'heldOut.everySteps': 10_000, 'checkpoints.everySteps': 5 });
      let killed = false;
      const { state, events } = await runToEnd(folder, (event) => {
        if (killed || event.type !== 'checkpoint') return;
        killed = true;
        process.kill(Number(readdirSync(path.join(folder, 'trainer', 'workers'))[0]), 'SIGKILL');
      });
      assert.equal(state.state, 'failed', notices(events));
      assert.match(`${state.reason ?? ''}. ${state.next ?? ''}`, /the job took more memory than it was given; its last checkpoint is step-\d+\. Raise scaleout\.slurm\.memory/);
    } finally {
      process.env['PATH'] = before;
    }
  });

  it('makes room for another job that goes before it, and goes on after that', async () => {
    const folder = await make({ steps: 10_000, 'heldOut.everySteps': 10_000, 'checkpoints.everySteps': 10_000 });
    let preempted = false;
    let again = false;
    const ask = askAt(folder, 'stop', (event) => again && 'metrics' in event && 'train/tokensPerSecond' in event.metrics);
    const { state, events } = await runToEnd(folder, async (event) => {
      if (!preempted && isUpdate(3)(event)) {
        preempted = true;
        const { status, stderr } = cluster.client('sbatch', '--partition=urgent', '--exclusive', '--nodes=2', '--output=/dev/null', '--wrap=sleep 2');
        assert.equal(status, 0, stderr);
      }
      again ||= event.type === 'notice' && /begun again at step [1-9]/.test(event.message);
      await ask(event);
    });
    assert.equal(state.state, 'stopped', `${state.reason ?? ''}\n${notices(events)}`);
    assert.match(notices(events), /Slurm job \d+ (?:pending|requeued|preempted)/);
    const steps = updatesOf(events);
    assert.deepEqual(steps, Array.from(steps, (_, index) => index + 1));
  });

  it('fails, with its last checkpoint and the next step, when its node is lost and Slurm may not begin it again', async () => {
    const folder = await make({ steps: 10_000, 'heldOut.everySteps': 10_000, 'checkpoints.everySteps': 5, 'scaleout.slurm.requeue': false });
    let lost = false;
    const { state, events } = await runToEnd(folder, async (event) => {
      const node = /running on (node\d)/.exec((await readStatus(folder))?.reason ?? '')?.[1];
      if (lost || event.type !== 'checkpoint' || node === undefined) return;
      lost = true;
      cluster.client('scontrol', 'update', `nodename=${node}`, 'state=down', 'reason=broken');
    });
    assert.equal(state.state, 'failed', notices(events));
    assert.match(`${state.reason ?? ''}. ${state.next ?? ''}`, /a node of the job failed; its last checkpoint is step-\d+\. Resume the run/);
    cluster.client('scontrol', 'update', 'nodename=node[1-2]', 'state=resume');
  });

  it('is begun again on another node when one is lost', async () => {
    const folder = await make({ steps: 10_000, 'heldOut.everySteps': 10_000, 'checkpoints.everySteps': 20 });
    let lost = false;
    let again = false;
    const ask = askAt(folder, 'stop', (event) => again && event.type === 'checkpoint');
    const { state, events } = await runToEnd(folder, async (event) => {
      const node = /running on node(\d)/.exec((await readStatus(folder))?.reason ?? '')?.[1];
      if (!lost && event.type === 'checkpoint' && node !== undefined) {
        cluster.killNode(Number(node));
        lost = true;
      }
      again ||= event.type === 'notice' && /begun again at step [1-9]/.test(event.message);
      await ask(event);
    });
    assert.equal(state.state, 'stopped', `${state.reason ?? ''}\n${notices(events)}`);
    const steps = updatesOf(events);
    assert.deepEqual(steps, Array.from(steps, (_, index) => index + 1));
  });
});
