// What may go wrong between a prompt experiment and a server, with a real server on loopback: a clear message, what was
// answered stays, and the rest can be run on.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { UserError } from '../../../src/base/errors/problem';
import { cotSchema, type CotSettings } from '../../../src/documents/cot/schema';
import { createClient, type Clock, type ModelClient } from '../../../src/engine/client';
import { runExperiment, type ExperimentEvent, type PromptQuestion, type PromptSummary } from '../../../src/engine/prompting';
import type { AnswerRecord } from '../../../src/protocol/answer-record';
import { chatReply, startEndpoint, type EndpointServer, type Reply } from '../../unit/engine/client/endpoint-server';

const body = '{{ question }}{% for o in options %}\n{{ o.letter }}. {{ o.text }}{% endfor %}';
const questionsOf = (count: number): PromptQuestion[] => Array.from({ length: count }, (_, index) => ({
  id: `q${index}`, question: `Question ${index} of a patient?`, answer: 'B', options: ['aspirin', 'heparin'].map((text, place) => ({ letter: 'AB'[place]!, text })), hasOwnId: true,
}));
const impatient: Clock = { now: () => 0, wait: () => Promise.resolve() };

describe('faults of an endpoint', () => {
  let folder: string;
  let server: EndpointServer;
  beforeEach(() => { folder = mkdtempSync(path.join(os.tmpdir(), 'preclinical-faults-')); });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const journalFile = (): string => path.join(folder, 'results.jsonl');
  const records = (): AnswerRecord[] => readFileSync(journalFile(), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as AnswerRecord);
  /** @param timeoutMs short only where the endpoint hangs: a busy machine may take its time. */
  async function clientOf(replies: readonly Reply[], timeoutMs = 60_000): Promise<ModelClient> {
    server = await startEndpoint(replies);
    return createClient({ baseUrl: server.baseUrl, model: 'm', timeoutMs, retries: 1, clock: impatient });
  }
  async function run(client: ModelClient, count = 4, more: Partial<CotSettings> = {}, concurrency = 1): Promise<PromptSummary> {
    const settings = { ...cotSchema.parse({ name: 'trial', questions: 'q.jsonl', strategies: ['direct'] }), ...more };
    let last: ExperimentEvent | undefined;
    for await (const event of runExperiment(client, settings, body, questionsOf(count), { modelIdentity: 'm', journalFile: journalFile(), concurrency })) last = event;
    assert.ok(last?.type === 'finished');
    return last.summary;
  }
  async function failureOf(work: Promise<unknown>): Promise<UserError> {
    const error = await work.then(() => undefined, (reason: unknown) => reason);
    assert.ok(error instanceof UserError, String(error));
    assert.ok(error.problems[0]!.next && !error.message.includes('of a patient'));
    return error;
  }

  for (const [name, fault, message] of [
    ['goes down', { cut: 'before' }, /no answer from the endpoint/], ['hangs', { hang: true }, /did not answer in time.*(?:1000 ms|1 s)/],
    ['hangs in the middle of an answer', { body: '{"choices": [{"mess', hang: true }, /did not answer in time/], ['cuts an answer off', { body: '{"choices": [{"mess', cut: 'after' }, /no answer from the endpoint/],
    ['sends a web page', { body: '<html>Sign in</html>' }, /a web page/], ['sends wrong JSON', { body: '{"result": "B"}' }, /JSON of another form \(choices/],
    ['answers 429 again and again', { status: 429, body: '{"error":{"message":"quota"}}' }, /quota.*HTTP 429.*answers so far are kept/s], ['answers 503', { status: 503 }, /HTTP 503/],
  ] as const) {
    it(`that ${name}: says so, keeps what was answered, and asks the rest when run again`, async () => {
      const failed = await failureOf(run(await clientOf([chatReply('B'), chatReply('B'), fault], 'hang' in fault ? 1000 : 60_000)));
      assert.match(failed.message, message);
      assert.equal(records().length, 2);
      await server.close();
      const summary = await run(await clientOf([chatReply('A')]));
      assert.equal(server.received.length, 2);
      assert.equal(summary.strategies['direct']!.accuracy, 0.5);
    });
  }

  it('that refuses one question asks the others, and only that one when run again', async () => {
    const refusal = { status: 400, body: '{"error":{"message":"context length exceeded"}}' };
    const failed = await failureOf(run(await clientOf([chatReply('B'), refusal, chatReply('B')])));
    assert.match(failed.message, /1 of 4 requests were refused.*context length exceeded/);
    assert.equal(records().length, 3);
    await server.close();
    await run(await clientOf([chatReply('B')]));
    assert.equal(server.received.length, 1);
  });

  it('that refuses everything is not asked everything', async () => {
    await failureOf(run(await clientOf([{ status: 400, body: '{"error":{"message":"no such parameter"}}' }]), 100));
    assert.equal(server.received.length, 5);
  });

  it('takes no answer from what was cut off, is outside the options, or is no text', async () => {
    const cut = { body: JSON.stringify({ choices: [{ index: 0, message: { content: 'The patient has' }, finish_reason: 'length' }] }) };
    const none = { body: JSON.stringify({ choices: [{ index: 0, message: { content: null }, finish_reason: 'stop' }] }) };
    const summary = await run(await clientOf([cut, chatReply('Answer: F'), none, chatReply('${process.exit(1)} <script>{{ question }}</script>')]));
    assert.deepEqual([summary.strategies['direct']!.answered, summary.strategies['direct']!.failureRate], [0, 1]);
    assert.deepEqual(records().map(({ finishReason, extracted }) => [finishReason, extracted.rule]), [['length', 'none'], ['stop', 'none'], ['stop', 'none'], ['stop', 'none']]);
    assert.equal(records()[3]!.answer, '${process.exit(1)} <script>{{ question }}</script>');
  });

  it('asks nothing with a template that does not end', async () => {
    const client = await clientOf([chatReply('B')]);
    const endless = '{{ question }}{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}';
    const settings = cotSchema.parse({ name: 'trial', questions: 'q.jsonl', strategies: ['direct'] });
    const failed = await failureOf((async () => { for await (const _event of runExperiment(client, settings, endless, questionsOf(1), { modelIdentity: 'm', journalFile: journalFile(), file: 'a.cot' })) assert.ok(_event); })());
    assert.match(failed.message, /a\.cot.*does not render.*does not end/);
    assert.equal(server.received.length, 0);
  });

  it('goes through 50,000 questions, and after a stop in the middle asks the rest only', async () => {
    const client = await clientOf([chatReply('B')]);
    const settings = cotSchema.parse({ name: 'trial', questions: 'q.jsonl', strategies: ['direct'] });
    const questions = questionsOf(50_000);
    const start = (): AsyncGenerator<ExperimentEvent> => runExperiment(client, settings, body, questions, { modelIdentity: 'm', journalFile: journalFile(), concurrency: 16 });
    for await (const event of start()) if (event.type === 'answered' && event.done === 20_000) break;
    const asked = server.received.length;
    assert.ok(asked >= 20_000 && asked <= 20_016, String(asked));
    let summary: PromptSummary | undefined;
    for await (const event of start()) if (event.type === 'finished') ({ summary } = event);
    assert.deepEqual([summary!.strategies['direct']!.n, summary!.strategies['direct']!.correct], [50_000, 50_000]);
    assert.equal(server.received.length, 50_000);
    assert.equal(records().length, 50_000);
  });
});
