// A checkpoint asked from several processes: one server, started when needed, gone when idle.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { makeRoom } from '../../../src/engine/jobs/asks/make-room';
import { offeredServers } from '../../../src/engine/jobs/asks/shared-server';
import { askHealth } from '../../../src/engine/serve';
import { engineAsset } from '../../../src/engine/parts/assets';
import { asksFile, readAsks } from '../../../src/runs/asks';
import { killJob } from '../../../src/runs/kill';
import { listJobs, type JobSummary } from '../../../src/runs/list';
import { readJobState } from '../../../src/runs/state';
import { makeTinyCheckpoint, type TinyCheckpoint } from '../../engine/serve/tiny-checkpoint';
import { AskChild, askOf, makeAskWorkspace, untilEnded, type AskWorkspace } from './ask-child';

const run = promisify(execFile);

describe('an ask of a checkpoint', () => {
  let checkpoint: TinyCheckpoint;
  let workspace: AskWorkspace;
  let children: AskChild[];
  before(async () => { checkpoint = await makeTinyCheckpoint(); });
  after(async () => { await checkpoint.remove(); });
  beforeEach(() => {
    workspace = makeAskWorkspace();
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.process.kill('SIGKILL');
    await workspace.remove();
  });

  function start(...args: string[]): AskChild {
    const child = new AskChild(workspace.root, args);
    children.push(child);
    return child;
  }
  const ask = (id: string, lines = [1]): object => askOf(workspace, { id, lines, model: { kind: 'checkpoint', reference: checkpoint.folder } });
  async function onlyJob(): Promise<JobSummary> {
    const jobs = await listJobs(workspace.root);
    assert.deepEqual(jobs.map((job) => job.kind), ['serve']);
    return jobs[0]!;
  }

  it('starts one server, however many ask at once, and leaves it to those who come after', async () => {
    const first = [start(), start(), start()];
    for (const [index, child] of first.entries()) child.send(ask(`a${index}`, [1, 2]));
    for (const [index, child] of first.entries()) await child.until('done', `a${index}`);
    const job = await onlyJob();
    assert.equal(job.attempt, 1);
    assert.deepEqual(await Promise.all(first.map((child) => child.end())), [0, 0, 0]);
    const later = start();
    later.send(ask('later'));
    await later.until('done', 'later');
    assert.ok(!later.received.some((message) => message.type === 'starting'));
    assert.equal((await onlyJob()).attempt, 1);
    const records = await readAsks(workspace.root);
    assert.equal(records.length, 7);
    // The same question and seed: the same answer, whoever asks.
    assert.equal(new Set(records.filter((record) => record.line === 1).map((record) => record.answer)).size, 1);
    assert.ok(records[0]!.promptTokens! > 0 && records[0]!.completionTokens! > 0 && records[0]!.completionTokens! <= 8);
    assert.match(records[0]!.modelIdentity, /^tiny@[0-9a-f]{64}$/);
  });

  it('is told that the model starts; the model says its memory, goes when nobody asks, and comes again', async () => {
    const child = start('--idle', '1');
    child.send(ask('a'));
    await child.until('done', 'a');
    assert.ok(child.of('a').findIndex((message) => message.type === 'starting') === 0);
    const { folder } = await onlyJob();
    const events = await untilEnded(folder);
    assert.ok(events.some((event) => event.type === 'notice' && /in \d+ MB of memory/.test(event.message)));
    const { state, reason } = await readJobState(folder);
    assert.equal(state, 'stopped');
    assert.match(reason!, /^Unloaded after 1 s without a request/);
    assert.ok(!existsSync(path.join(folder, 'endpoint.json')) && !existsSync(path.join(folder, 'token')));
    child.send(ask('b'));
    await child.until('done', 'b');
    assert.equal(child.of('b')[0]!.type, 'starting');
    assert.equal((await onlyJob()).attempt, 2);
  });

  it('gives its model back when another needs the memory and nobody asks it, and has it again for the next ask', async () => {
    const child = start();
    child.send(ask('a'));
    await child.until('done', 'a');
    const { folder } = await onlyJob();
    const { endpoint } = (await offeredServers(workspace.root))[0]!;
    while ((await askHealth(endpoint.url))!.requests > 0);
    const room = 2 ** 34;
    const left = await makeRoom(workspace.root, 'another', 0, room);
    assert.ok(left < room && left > room - 2 ** 32, String(left));
    assert.equal((await readJobState(folder)).alive, true);
    assert.equal(await makeRoom(workspace.root, 'another', room, room), room);
    assert.deepEqual([(await readJobState(folder)).state, await offeredServers(workspace.root)], ['stopped', []]);
    child.send(ask('b'));
    await child.until('done', 'b');
    assert.equal((await onlyJob()).attempt, 2);
  });

  it('starts a server that was killed without warning again', async () => {
    const child = start();
    child.send(ask('a'));
    await child.until('done', 'a');
    const { folder } = await onlyJob();
    await killJob(folder);
    await untilEnded(folder);
    child.send(ask('b'));
    await child.until('done', 'b');
    const before = readFileSync(asksFile(workspace.root), 'utf8').trim().split('\n');
    assert.equal(before.length, 2);
  });

  it('of a folder that is no checkpoint is told why', async () => {
    const child = start();
    child.send({ ...ask('a'), model: { kind: 'checkpoint', reference: 'nowhere' } });
    assert.equal((await child.until('failed', 'a')).problems[0]!.code, 'checkpoint-not-found');
    const broken = path.join(workspace.root, 'broken');
    cpSync(checkpoint.folder, broken, { recursive: true });
    truncateSync(path.join(broken, 'model.safetensors'), 100);
    for (const id of ['b', 'again']) {
      child.send({ ...ask(id), model: { kind: 'checkpoint', reference: 'broken' } });
      const { problems } = await child.until('failed', id);
      assert.equal(problems[0]!.code, 'serve-failed');
      assert.match(problems[0]!.message, /could not be served: ./);
    }
  });

  it('in the terminal prints text, letter, right letter and agreement; what was kept can be cleared', async () => {
    const cli = (...args: string[]): Promise<{ stdout: string; stderr: string }> => run(process.execPath, [engineAsset('cli.mjs'), '--root', workspace.root, ...args]);
    const { stdout, stderr } = await cli('ask', workspace.cot, '--line', '2', '--repeats', '3', '--model', checkpoint.folder);
    assert.match(stderr, /Starting/);
    const records = await readAsks(workspace.root);
    assert.equal(records.length, 3);
    for (const record of records) assert.ok(stdout.includes(record.answer));
    assert.match(stdout, /→ .*, right: B/);
    assert.match(stdout, /line 2, direct: .* of 3; right: B/);
    const again = await cli('ask', workspace.cot, '--line', '2', '4', '--strategy', 'chain-of-thought', '--model', checkpoint.folder, '--json');
    assert.deepEqual(again.stdout.trim().split('\n').map((line) => (JSON.parse(line) as { type: string }).type).filter((type) => type !== 'text'), ['asked', 'answered', 'answered']);
    assert.match((await cli('asks', 'clear')).stdout, /Removed 5 answers/);
    assert.ok(!existsSync(asksFile(workspace.root)));
    await assert.rejects(cli('ask', workspace.cot), /--line/);
    await assert.rejects(cli('ask', workspace.cot, '--line', '1', '--endpoint', 'http://192.0.2.1/v1', '--model', 'm'), /192\.0\.2\.1/);
  });
});
