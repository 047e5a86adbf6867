// Runs that a real Slurm starts (Debian's packages on loopback), trained by the real TRL: submitted, watched, told to save
// at the time limit and begun again, found again by a later process, cancelled, and refused.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { JobEvent } from '../../src/protocol/events';
import { readEvents } from '../../src/runs/events';
import { latestCheckpoint } from '../../src/runs/checkpoints';
import { readStatus } from '../../src/runs/status';
import { referencePython } from '../deep/python';
import { runToEnd } from '../process/run-to-end';
import { askAt, createTrainJob, makeTrainWorkspace } from '../process/train/workspace';
import { startSlurm, type SlurmCluster } from '../rig/slurm.mjs';
import { compare, isUpdate, notices } from './curves';

type Values = Record<string, unknown>;

describe('a run that Slurm starts', function () {
  this.timeout(900_000);
  let root: string;
  let cluster: SlurmCluster;
  let ordinaryPath: string | undefined;
  const make = (values: Values = {}): Promise<string> => createTrainJob(root, 'pretrain', {
    engine: 'trl', 'scaleout.processes': 2, 'scaleout.device': 'cpu', 'scaleout.python': referencePython(), 'scaleout.slurm.pollSeconds': 1, 'scaleout.slurm.time': '10', ...values,
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

  it('is told to save when its time is nearly up, put back in the queue, and ends with the numbers of an undisturbed run', async () => {
    // Slurm sends the signal up to a minute before it has to, so at some moment of the first 40 seconds.
    const values = { steps: 900, 'heldOut.everySteps': 300, 'checkpoints.everySteps': 400, 'scaleout.slurm.time': '2', 'scaleout.slurm.signalSeconds': 80 };
    const folder = await make(values);
    const script = (): string => readFileSync(path.join(folder, 'trainer', 'trainer.sbatch'), 'utf8');
    const seen: string[] = [];
    const { state, events } = await runToEnd(folder, async () => { seen.push((await readStatus(folder))?.reason ?? ''); });
    assert.equal(state.state, 'done', `${state.reason ?? ''}\n${notices(events)}`);
    assert.match(script(), /^#SBATCH --signal=B:USR1@80$/m);
    assert.doesNotMatch(script().split('\n').filter((line) => line.startsWith('#SBATCH')).join('\n'), /\$/, 'directives are literal');
    assert.ok(seen.some((reason) => /^Slurm job \d+ running on node/.test(reason)), [...new Set(seen)].join('; '));
    assert.match(notices(events), /The trainer was begun again at step [1-9]\d*\./);
    assert.match(notices(events), /Slurm job \d+ pending/);
    const ours = await createTrainJob(root, 'pretrain', { steps: 900, 'heldOut.everySteps': 300 });
    assert.equal((await runToEnd(ours)).state.state, 'done');
    const { steps, difference } = compare(await readEvents(ours), events, 'train/loss');
    assert.equal(steps, 900);
    assert.ok(difference < 1e-3, `differs by ${difference}`);
    assert.equal(path.basename((await latestCheckpoint(folder))!), 'step-900');
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
    const steps = (await readEvents(folder)).flatMap((event) => (event.type === 'metrics' && 'train/loss' in event.metrics ? [event.step] : []));
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
      return state.reason ?? '';
    };
    assert.match(await failed({ 'scaleout.slurm.partition': 'nowhere' }), /Slurm did not take the job/);
    assert.match(await failed({ 'scaleout.slurm.directives': ['--begin=now+1hour'], 'scaleout.slurm.pendingHours': 0.0005 }), /Slurm job \d+ would not run; there is no checkpoint yet/);
    let cancelled = false;
    assert.match(await failed({ 'checkpoints.everySteps': 5 }, (event) => {
      if (cancelled || event.type !== 'checkpoint') return;
      cancelled = true;
      cluster.client('scancel', '--user', 'root');
    }), /cancelled outside of this program; its last checkpoint is step-\d+/);
  });

  it('is begun again on another node when one is lost', async () => {
    const folder = await make({ steps: 1200, 'heldOut.everySteps': 1200, 'checkpoints.everySteps': 40 });
    let lost = false;
    const { state, events } = await runToEnd(folder, (event) => {
      if (lost || event.type !== 'checkpoint') return;
      lost = true;
      cluster.killNode(Number(/running on node(\d)/.exec(readFileSync(path.join(folder, 'status.json'), 'utf8'))![1]));
    });
    assert.equal(state.state, 'done', `${state.reason ?? ''}\n${notices(events)}`);
    assert.match(notices(events), /The trainer was begun again at step [1-9]\d*\./);
    const steps = events.flatMap((event) => (event.type === 'metrics' && 'train/loss' in event.metrics ? [event.step] : []));
    assert.deepEqual(steps, Array.from({ length: 1200 }, (_, index) => index + 1));
  });
});
