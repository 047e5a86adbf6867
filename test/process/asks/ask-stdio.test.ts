import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import type { AskModel } from '../../../src/protocol/asks';
import { AskReader, asksFile, asksFolder, questionHash, readAsks } from '../../../src/runs/asks';
import { startEndpoint, type EndpointServer, type Reply } from '../../unit/engine/client/endpoint-server';
import { AskChild, askOf, makeAskWorkspace, type AskWorkspace } from './ask-child';

function streamed(...parts: readonly string[]): Reply {
  const events = parts.map((content) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }));
  const last = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
  return { headers: { 'content-type': 'text/event-stream' }, body: `${[...events, last].map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n` };
}
/** Says a few words and never more. */
function hanging(content: string): Reply {
  return { headers: { 'content-type': 'text/event-stream' }, body: `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`, hang: true };
}

describe('ask --stdio with an endpoint', () => {
  let workspace: AskWorkspace;
  let endpoints: EndpointServer[];
  let children: AskChild[];
  beforeEach(() => {
    workspace = makeAskWorkspace();
    endpoints = [];
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.process.kill('SIGKILL');
    for (const endpoint of endpoints) await endpoint.close();
    await workspace.remove();
  });

  async function endpoint(...replies: readonly Reply[]): Promise<EndpointServer> {
    const server = await startEndpoint(replies);
    endpoints.push(server);
    return server;
  }
  function start(): AskChild {
    const child = new AskChild(workspace.root);
    children.push(child);
    return child;
  }
  function modelAt(server: EndpointServer, more: Partial<Extract<AskModel, { kind: 'endpoint' }>> = {}): AskModel {
    return { kind: 'endpoint', name: 'ours', baseUrl: server.baseUrl, model: 'm', cloud: false, ...more };
  }

  it('says the text as it comes, judges it, and keeps it in a private file', async () => {
    const child = start();
    child.send(askOf(workspace, { id: 'a', lines: [2], model: modelAt(await endpoint(streamed('The answer ', 'is B.'))) }));
    await child.until('done', 'a');
    const key = { line: 2, strategy: 'direct', repeat: 0 };
    assert.deepEqual(child.of('a').filter((message) => message.type !== 'answered'), [
      { type: 'asked', id: 'a', samples: 1, model: 'ours' },
      { type: 'text', id: 'a', sample: key, text: 'The answer ' }, { type: 'text', id: 'a', sample: key, text: 'is B.' },
      { type: 'done', id: 'a' },
    ]);
    const { record } = await child.until('answered', 'a');
    assert.deepEqual([record.answer, record.letter, record.gold, record.line, record.cloud, record.cot, record.questions], ['The answer is B.', 'B', 'B', 2, false, 'trial.cot', 'questions.jsonl']);
    assert.deepEqual(record.messages, [{ role: 'user', content: 'Question 2?' }]);
    assert.equal(record.questionHash, questionHash(JSON.stringify({ question: 'Question 2?', options: { A: 'aspirin', B: 'heparin' }, answer_idx: 'B' })));
    assert.deepEqual(await readAsks(workspace.root), [record]);
    assert.equal(statSync(asksFile(workspace.root)).mode & 0o777, 0o600);
    assert.equal(statSync(asksFolder(workspace.root)).mode & 0o777, 0o700);
    assert.equal(await child.end(), 0);
  });

  it('answers others while one hangs, and gives the hanging one up when it is cancelled', async () => {
    const slow = await endpoint(hanging('Let me think'));
    const child = start();
    child.send(askOf(workspace, { id: 'slow', model: modelAt(slow) }));
    await child.until('text', 'slow');
    const quick = await endpoint(streamed('Answer: A'));
    child.send(askOf(workspace, { id: 'quick', lines: [1, 2, 3, 4, 5, 6], model: modelAt(quick) }));
    await child.until('done', 'quick');
    assert.equal(child.of('quick').filter((message) => message.type === 'answered').length, 6);
    child.send({ type: 'cancel', id: 'slow' });
    await child.until('cancelled', 'slow');
    await slow.givenUp;
    assert.ok(!child.of('slow').some((message) => message.type === 'answered'));
    child.send({ type: 'cancel', id: 'nobody' });
    assert.equal(await child.end(), 0);
  });

  it('ends at the end of its input, whatever is under way', async () => {
    const slow = await endpoint(hanging('Let me think'));
    const child = start();
    child.send(askOf(workspace, { id: 'slow', model: modelAt(slow) }));
    await child.until('text', 'slow');
    assert.equal(await child.end(), 0);
    await slow.givenUp;
  });

  it('answers lines it cannot understand, and goes on', async () => {
    const model = modelAt(await endpoint(streamed('Answer: A')));
    const child = start();
    const bad: readonly [string, string, object | string][] = [
      ['', 'not JSON', 'hello'],
      ['', 'a list', []],
      ['no-model', 'no model', { type: 'ask', id: 'no-model', cot: workspace.cot, lines: [1] }],
      ['odd-line', 'a line of no file', askOf(workspace, { id: 'odd-line', model, lines: [0] })],
      ['no-lines', 'no line at all', askOf(workspace, { id: 'no-lines', model, lines: [] })],
      ['past-end', 'a line past the end', askOf(workspace, { id: 'past-end', model, lines: [1, 99] })],
      ['no-cot', 'a prompt that is not there', askOf(workspace, { id: 'no-cot', model, cot: `${workspace.cot}.not` })],
      ['bad-cot', 'a prompt that is none', askOf(workspace, { id: 'bad-cot', model, cotText: 'Question?' })],
      ['bad-url', 'an address that is none', askOf(workspace, { id: 'bad-url', model: { ...model, baseUrl: 'here' } as AskModel })],
      ['no-run', 'a run that is not there', askOf(workspace, { id: 'no-run', model: { kind: 'checkpoint', reference: 'nobody' } })],
    ];
    for (const [, , message] of bad) child.send(message);
    child.send(askOf(workspace, { id: 'good', model }));
    await child.until('done', 'good');
    for (const id of bad.map(([one]) => one).filter((one) => one !== '')) {
      const failed = await child.until('failed', id);
      assert.ok(failed.problems[0]!.message.length > 0 && failed.problems[0]!.next, id);
    }
    assert.equal(child.of('').length, 2);
    const past = await child.until('failed', 'past-end');
    assert.deepEqual([past.problems[0]!.line, past.problems[0]!.file], [99, 'questions.jsonl']);
    assert.equal(await child.end(), 0);
  });

  it('asks the texts of the editor, not those on disk', async () => {
    const server = await endpoint(streamed('heparin'));
    const child = start();
    const line = JSON.stringify({ question: 'Unsaved?', options: { A: 'aspirin', B: 'heparin' }, answer_idx: 'B' });
    child.send(askOf(workspace, {
      id: 'a', lines: [2], model: modelAt(server), repeats: 2,
      cotText: '---\nname: other\nquestions: nowhere.jsonl\nstrategies: [direct]\nlimit: 1\n---\nWell: {{ question }}', questions: workspace.questions, questionsText: `\r\n  ${line}\r\n`,
    }));
    await child.until('done', 'a');
    const records = await readAsks(workspace.root);
    assert.deepEqual(records.map((record) => [record.messages[0]!.content, record.letter, record.temperature]), [['Well: Unsaved?', 'B', 0.7], ['Well: Unsaved?', 'B', 0.7]]);
    assert.deepEqual(records.map((record) => [record.repeat, record.repeats]).sort(), [[0, 2], [1, 2]]);
    assert.equal(records[0]!.questionHash, questionHash(line));
    assert.equal(await child.end(), 0);
  });

  it('killed in the middle of an answer, has kept those before it; the next ones follow them', async () => {
    const server = await endpoint(streamed('Answer: A'));
    const reader = new AskReader(workspace.root);
    const first = start();
    first.send(askOf(workspace, { id: 'a', lines: [1, 2], model: modelAt(server) }));
    await first.until('done', 'a');
    assert.equal((await reader.read()).records.length, 2);
    first.send(askOf(workspace, { id: 'b', lines: [3], model: modelAt(await endpoint(hanging('Let me'))) }));
    await first.until('text', 'b');
    first.process.kill('SIGKILL');
    await first.exited;
    // What a kill in the middle of the write itself leaves.
    writeFileSync(asksFile(workspace.root), '{"schema":1,"ask":"torn', { flag: 'a' });
    const second = start();
    second.send(askOf(workspace, { id: 'c', lines: [4], model: modelAt(server) }));
    await second.until('done', 'c');
    const { records, cleared } = await reader.read();
    assert.deepEqual([records.map((record) => record.ask), cleared], [['c'], false]);
    assert.deepEqual((await readAsks(workspace.root)).map((record) => record.ask), ['a', 'a', 'c']);
  });

  it('refuses what may not leave this machine, and what nobody agreed to, before anything is sent', async () => {
    const server = await endpoint(streamed('Answer: A'));
    const never = makeAskWorkspace('egress: never\n');
    const child = start();
    const remote = { ...modelAt(server), baseUrl: 'http://192.0.2.1/v1' } as AskModel;
    const cases: readonly [string, string, object][] = [
      ['remote', 'egress-consent', askOf(workspace, { id: 'remote', model: remote })],
      ['other', 'egress-consent', askOf(workspace, { id: 'other', model: { ...remote, consentedHost: '192.0.2.2' } as AskModel })],
      ['bridge', 'egress-consent', askOf(workspace, { id: 'bridge', model: modelAt(server, { cloud: true }) })],
      ['never-remote', 'egress-never', askOf(never, { id: 'never-remote', model: { ...remote, consentedHost: '192.0.2.1' } as AskModel })],
      ['never-bridge', 'egress-never', askOf(never, { id: 'never-bridge', model: modelAt(server, { cloud: true, consentedHost: 'm' }) })],
    ];
    for (const [, , message] of cases) child.send(message);
    for (const [id, code] of cases) assert.equal((await child.until('failed', id)).problems[0]!.code, code, id);
    // The same question set, marked beside it.
    writeFileSync(`${workspace.root}/preclinical.json`, '{"egress": "never"}');
    child.send(askOf(workspace, { id: 'marked', model: modelAt(server, { cloud: true, consentedHost: 'm' }) }));
    assert.equal((await child.until('failed', 'marked')).problems[0]!.code, 'egress-never');
    assert.equal(server.received.length, 0);
    child.send(askOf(never, { id: 'here', model: modelAt(server) }));
    await child.until('done', 'here');
    await child.end();
    await never.remove();
  });

  it('marks answers of a cloud model that was agreed to', async () => {
    const child = start();
    child.send(askOf(workspace, { id: 'a', model: modelAt(await endpoint(streamed('Answer: A')), { cloud: true, consentedHost: 'm' }) }));
    const { record } = await child.until('answered', 'a');
    assert.deepEqual([record.cloud, record.model, record.modelIdentity], [true, 'ours', 'm@cloud']);
  });

  it('keeps what was answered when the endpoint fails, and tells the failure', async () => {
    const child = start();
    child.send(askOf(workspace, { id: 'a', lines: [1, 2, 3, 4, 5, 6], model: modelAt(await endpoint(streamed('Answer: A'), streamed('Answer: A'), { status: 400, body: '{"error":{"message":"no more"}}' })) }));
    assert.match((await child.until('failed', 'a')).problems[0]!.message, /no more/);
    const answered = child.of('a').filter((message) => message.type === 'answered').length;
    assert.ok(answered <= 2);
    assert.equal((await readAsks(workspace.root)).length, answered);
  });
});
