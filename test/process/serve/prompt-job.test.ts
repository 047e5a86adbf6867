import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { launchJob } from '../../../src/runs/launch';
import { requestJob } from '../../../src/runs/requests';
import { makeTinyCheckpoint } from '../../engine/serve/tiny-checkpoint';
import { chatReply, startEndpoint, type EndpointServer } from '../../unit/engine/client/endpoint-server';
import { runToEnd } from '../run-to-end';
import { answersOf, createPromptJob, makeWorkspace, questionCount, summaryOf, type Workspace } from './jobs';

const samples = questionCount * 3;
/** Requests that an endpoint is asked at the same time. */
const atOnce = 4;

describe('a prompt job', () => {
  let workspace: Workspace;
  let endpoint: EndpointServer;
  beforeEach(async () => {
    workspace = await makeWorkspace();
    endpoint = await startEndpoint([chatReply('Answer: A')]);
  });
  afterEach(async () => {
    await workspace.remove();
    await endpoint.close();
  });

  function asked(): string[] {
    return endpoint.received.map(({ body }) => JSON.stringify(body));
  }

  it('serves a checkpoint for itself and says the same each time', async () => {
    const checkpoint = await makeTinyCheckpoint();
    const jobs = [await createPromptJob(workspace.root, { checkpoint: checkpoint.folder }), await createPromptJob(workspace.root, { checkpoint: checkpoint.folder })];
    const { state, events } = await runToEnd(jobs[0]!);
    assert.equal(state.state, 'done', state.reason);
    assert.ok(events.some((event) => event.type === 'notice' && event.message.includes('1 question-no-options')));
    assert.deepEqual(events.flatMap((event) => (event.type === 'progress' ? [event.done] : [])), Array.from({ length: samples + 1 }, (_, done) => done));
    assert.equal((await runToEnd(jobs[1]!)).state.state, 'done');
    assert.equal((await answersOf(jobs[0]!)).length, samples);
    assert.ok(new Set(await answersOf(jobs[0]!)).size > 3);
    assert.deepEqual(await answersOf(jobs[1]!), await answersOf(jobs[0]!));
    const summary = await summaryOf(jobs[0]!);
    assert.match(summary.model, /^tiny@[0-9a-f]{64}$/);
    assert.deepEqual(Object.keys(summary.strategies), ['direct', 'self-consistency']);
    await checkpoint.remove();
  });

  it('that is killed without warning asks nothing twice', async () => {
    const job = await createPromptJob(workspace.root, { baseUrl: endpoint.baseUrl, model: 'm' });
    const killed = await runToEnd(job, (event, pid) => { if (event.type === 'progress' && event.done === 7) process.kill(pid, 'SIGKILL'); });
    assert.equal(killed.state.state, 'lost');
    const kept = (await answersOf(job)).length;
    assert.ok(kept >= 7 && kept < samples);
    const before = asked();
    const { state } = await runToEnd(job);
    assert.equal(state.state, 'done');
    const after = asked().slice(before.length);
    assert.equal(after.length, samples - kept);
    // Only what was under way when it was killed may be asked again.
    assert.ok(after.filter((body) => before.includes(body)).length <= atOnce);
    const summary = await summaryOf(job);
    assert.deepEqual([summary.questions, summary.strategies['direct']!.accuracy], [questionCount, 0.5]);
  });

  for (const [kind, ending] of [['stop', 'stopped'], ['pause', 'paused']] as const) {
    it(`that is asked to ${kind} ends in good order and goes on where it was`, async () => {
      const job = await createPromptJob(workspace.root, { baseUrl: endpoint.baseUrl, model: 'm' }, { repeats: 200 });
      const first = await runToEnd(job, async (event) => { if (event.type === 'progress' && event.done === 3) await requestJob(job, kind); });
      assert.deepEqual([first.state.state, first.state.exitCode], [ending, 3]);
      assert.ok(first.events.some((event) => event.type === 'requestAnswered' && event.answer === 'done'));
      const kept = (await answersOf(job)).length;
      const { events } = await runToEnd(job, (event, pid) => { if (event.type === 'progress' && event.done === kept + 1) process.kill(pid, 'SIGKILL'); });
      assert.equal(events.find((event) => event.type === 'progress')?.done, kept);
    });
  }

  it('keeps what was answered when the endpoint goes away, and says so', async () => {
    await endpoint.close();
    endpoint = await startEndpoint([...Array.from({ length: 5 }, () => chatReply('A')), { status: 400, body: '{"error":{"message":"no more"}}' }]);
    const job = await createPromptJob(workspace.root, { baseUrl: endpoint.baseUrl, model: 'm' });
    const { state } = await runToEnd(job);
    assert.deepEqual([state.state, state.exitCode], ['failed', 2]);
    assert.match(state.reason!, /no more/);
    assert.equal((await answersOf(job)).length, 5);
  });

  it('refuses to send anything marked egress: never to another machine, and the rest without consent', async () => {
    const remote = { baseUrl: 'http://192.0.2.1/v1', model: 'm' };
    const reasonOf = async (job: string): Promise<string> => {
      const { state } = await runToEnd(job);
      assert.deepEqual([state.state, state.exitCode], ['failed', 2]);
      return state.reason!;
    };
    assert.match(await reasonOf(await createPromptJob(workspace.root, remote)), /has not been agreed to/);
    const agreed = { ...remote, consentedHost: '192.0.2.1' };
    assert.match(await reasonOf(await createPromptJob(workspace.root, agreed, { egress: 'never' })), /egress: never/);
    const mark = path.join(workspace.root, 'preclinical.json');
    for (const text of ['{"egress": "never"}', 'not json']) {
      writeFileSync(mark, text);
      assert.match(await reasonOf(await createPromptJob(workspace.root, agreed)), /question set.*egress: never/);
    }
    rmSync(mark);
  });

  it('never writes the key anywhere', async () => {
    process.env['TRIAL_KEY'] = 'sk-never-written';
    const job = await createPromptJob(workspace.root, { baseUrl: endpoint.baseUrl, model: 'm', keyVariable: 'TRIAL_KEY' });
    assert.equal((await runToEnd(job)).state.state, 'done');
    delete process.env['TRIAL_KEY'];
    assert.equal(endpoint.received[0]!.headers.authorization, 'Bearer sk-never-written');
    for (const name of ['run.yaml', 'provenance.json', 'events.jsonl', 'log.txt', 'results/results.jsonl', 'results/summary.json']) {
      assert.ok(!readFileSync(path.join(job, name), 'utf8').includes('sk-never'), name);
    }
  });

  it('gets its own key and no other, and neither in its environment', async () => {
    Object.assign(process.env, { TRIAL_KEY: 'sk-its-own', OTHER_API_KEY: 'sk-other', PRECLINICAL_KEY_OTHER: 'sk-third', HF_TOKEN: 'hf-fourth' });
    await endpoint.close();
    endpoint = await startEndpoint([{ ...chatReply('A'), hang: true }]);
    const job = await createPromptJob(workspace.root, { baseUrl: endpoint.baseUrl, model: 'm', keyVariable: 'TRIAL_KEY' });
    const { pid } = await launchJob(job);
    for (const name of ['TRIAL_KEY', 'OTHER_API_KEY', 'PRECLINICAL_KEY_OTHER', 'HF_TOKEN']) Reflect.deleteProperty(process.env, name);
    await endpoint.firstAsked;
    assert.equal(endpoint.received[0]!.headers.authorization, 'Bearer sk-its-own');
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    for (const secret of ['sk-its-own', 'sk-other', 'sk-third', 'hf-fourth']) assert.ok(!environment.includes(secret), secret);
    assert.match(environment, /PATH=/);
    process.kill(pid, 'SIGKILL');
  });
});
