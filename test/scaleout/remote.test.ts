// A run trained by the real TRL on "another machine": through a real ssh server on loopback, which sees the workspace by
// another path. The numbers and answers are those of a run here; a connection that is lost, and a run whose own process is
// killed, cost no update.
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../src/engine/parts/assets';
import { latestCheckpoint } from '../../src/runs/checkpoints';
import { readEvents } from '../../src/runs/events';
import { descendants } from '../../src/engine/scaleout/trainer/process-tree';
import { referencePython } from '../deep/python';
import { runToEnd } from '../process/run-to-end';
import { askAt, createTrainJob, makeTrainWorkspace } from '../process/train/workspace';
import { startSshd } from '../rig/sshd.mjs';
import { isUpdate, notices, updatesOf } from './curves';

describe('a run that TRL trains on another machine', () => {
  let root: string;
  let mounts: string;
  let server: Awaited<ReturnType<typeof startSshd>>;
  const make = (values: Record<string, unknown>): Promise<string> => createTrainJob(root, 'pretrain', {
    engine: 'trl', 'scaleout.processes': 2, 'scaleout.device': 'cpu', 'scaleout.python': referencePython(), steps: 10_000, 'heldOut.everySteps': 10_000, 'checkpoints.everySteps': 10_000, ...values,
  });
  const elsewhere = (): string => path.join(mounts, 'the workspace');

  before(async () => {
    root = await makeTrainWorkspace();
    mounts = await mkdtemp(path.join(os.tmpdir(), 'preclinical-mounts-'));
    await symlink(root, elsewhere());
    server = await startSshd();
  });
  after(async () => {
    await server.stop();
    for (const folder of [root, mounts]) await rm(folder, { recursive: true, force: true });
  });

  it('whose clock is an hour ahead goes on after its connection was lost, a line of it torn, and after its own process was killed, with no update missing or told twice', async () => {
    const ahead = `export PYTHONPATH="${path.join(packageRoot, 'test', 'fixtures', 'scaleout', 'ahead')}:\${PYTHONPATH:-}"`;
    const folder = await make({ 'scaleout.remote.command': server.command, 'scaleout.remote.paths': { [root]: elsewhere() }, 'scaleout.prologue': [ahead] });
    const trainer = path.join(folder, 'trainer');
    let seenFrom = '';
    let cut = false;
    const lost = await runToEnd(folder, (event, pid) => {
      if (cut || !isUpdate(3)(event)) return;
      cut = true;
      const worker = readdirSync(path.join(trainer, 'workers'))[0]!;
      seenFrom = readFileSync(`/proc/${worker}/environ`, 'utf8').split('\0').find((variable) => variable.startsWith('PRECLINICAL_TRAINER='))!;
      const connection = descendants(pid).find((child) => readFileSync(`/proc/${child}/comm`, 'utf8') === 'ssh\n');
      process.kill(connection!, 'SIGKILL');
    });
    assert.equal(lost.state.state, 'failed', notices(lost.events));
    assert.match(lost.state.reason ?? '', /the connection of ssh .* was lost, and the trainer there has ended; its last checkpoint is step-[1-9]/);
    assert.equal(seenFrom, `PRECLINICAL_TRAINER=${path.join(elsewhere(), path.relative(root, trainer))}`);
    assert.match(notices(lost.events), /, by ssh .*; its files are in trainer/);

    assert.match(notices(lost.events), /clock: 3[56]\d\d s ahead of this machine's/);
    assert.ok(lost.events.every(({ wallMs }) => Math.abs(Date.now() - wallMs) < 1_800_000), 'the run tells this machine\'s time');

    // As a trainer leaves it that is killed while it writes.
    appendFileSync(path.join(trainer, 'trainer-events.jsonl'), '{"type":"update","st');
    let killed = false;
    const from = Number(path.basename((await latestCheckpoint(folder))!).slice('step-'.length));
    const second = await runToEnd(folder, (event, pid) => {
      if (!killed && isUpdate(from + 3)(event)) process.kill(pid, 'SIGKILL');
      killed ||= isUpdate(from + 3)(event);
    });
    assert.equal(second.state.state, 'lost');
    assert.match(notices(second.events), /cannot be read and is passed over: "\{\\"type\\":\\"update\\",\\"st"/);
    const third = await runToEnd(folder, askAt(folder, 'stop', (event) => event.attempt === 3 && 'metrics' in event && 'train/tokensPerSecond' in event.metrics));
    assert.equal(third.state.state, 'stopped', `${third.state.reason ?? ''}\n${notices(third.events)}`);
    assert.ok(third.events.some((event) => event.type === 'resumed' && event.fromStep >= from + 3), 'what was saved when nobody followed is brought home');
    const steps = updatesOf(await readEvents(folder));
    assert.deepEqual(steps, Array.from(steps, (_, index) => index + 1));
    assert.equal(path.basename((await latestCheckpoint(folder))!), `step-${steps.at(-1)}`);
    assert.ok(!existsSync(path.join(trainer, 'alive')), 'nothing lives there any more');
  });

  it('says what is wrong before it starts: no way there, no shared folder, no Python there', async () => {
    const refused = async (values: Record<string, unknown>): Promise<string> => {
      const { state } = await runToEnd(await make(values));
      assert.equal(state.state, 'failed');
      return `${state.reason ?? ''}. ${state.next ?? ''}`;
    };
    const nobody = server.command.map((word, index) => (server.command[index - 1] === '-p' ? '1' : word));
    assert.match(await refused({ 'scaleout.remote.command': nobody }), /^`ssh .*` starts no shell: ssh: connect .*refused\. Try `ssh/i);
    assert.match(await refused({ 'scaleout.remote.command': ['no-such-program'] }), /`no-such-program` starts no shell: .*ENOENT/);
    assert.match(await refused({ 'scaleout.remote.command': server.command, 'scaleout.remote.paths': { [root]: '/nowhere' } }), /does not see the job's folder at \/nowhere\/.*name in scaleout\.remote\.paths/);
    assert.match(await refused({ 'scaleout.remote.command': server.command, 'scaleout.python': '/nowhere/python' }), /no Python with torch and trl was found by ssh .*\/nowhere\/python/);
  });
});
