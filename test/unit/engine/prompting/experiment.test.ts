import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { Stopped, UserError } from '../../../../src/base/errors/problem';
import { cotSchema, type CotSettings } from '../../../../src/documents/cot/schema';
import type { ModelClient } from '../../../../src/engine/client/client';
import { runExperiment, type ExperimentEvent, type PromptSummary } from '../../../../src/engine/prompting';
import type { PromptQuestion } from '../../../../src/engine/prompting/question';
import { scriptedClient } from './scripted-client';

const body = 'system:\nBe brief.\nuser:\n{{ question }}\n{% for o in options %}\n{{ o.letter }}. {{ o.text }}\n{% endfor %}\n{% if strategy != "direct" %}Think.{% endif %}';
const questions: PromptQuestion[] = Array.from({ length: 4 }, (_, index) => ({
  id: `q${index}`, question: `Question ${index}?`, answer: 'AB'[index % 2]!, options: [{ letter: 'A', text: 'aspirin' }, { letter: 'B', text: 'heparin' }],
}));

function settings(overrides: Partial<CotSettings> = {}): CotSettings {
  return { ...cotSchema.parse({ name: 'trial', questions: 'q.jsonl', repeats: 3, strategies: ['direct', 'self-consistency'] }), ...overrides };
}

/** How long an answer took is another each time. */
function untimed(journal: Buffer): string {
  return journal.toString('utf8').replace(/,"durationMs":\d+/g, '');
}

/** Two of four right: the sample deviation of 0 and 1 over the root of 4. */
const standardError = Math.sqrt(1 / 3) / 2;

describe('runExperiment', () => {
  let folder: string;
  let journalFile: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'preclinical-prompt-'));
    journalFile = path.join(folder, 'results', 'results.jsonl');
  });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  async function run(client: ModelClient, cot = settings(), options: { modelIdentity?: string; list?: readonly PromptQuestion[]; template?: string; signal?: AbortSignal } = {}): Promise<{ events: ExperimentEvent[]; summary: PromptSummary }> {
    const events: ExperimentEvent[] = [];
    for await (const event of runExperiment(client, cot, options.template ?? body, options.list ?? questions, { modelIdentity: options.modelIdentity ?? 'm@1', journalFile, ...(options.signal ? { signal: options.signal } : {}) })) events.push(event);
    const last = events.at(-1)!;
    assert.ok(last.type === 'finished');
    return { events, summary: last.summary };
  }

  it('asks once greedily and several times for a vote, with a seed of its own each', async () => {
    const client = scriptedClient(() => 'Answer: A');
    const { summary } = await run(client);
    assert.equal(client.asked.length, 4 + 4 * 3);
    assert.deepEqual(new Set(client.asked.slice(0, 4).map((request) => request.temperature)), new Set([0]));
    assert.deepEqual(new Set(client.asked.slice(4).map((request) => request.temperature)), new Set([0.7]));
    assert.equal(new Set(client.asked.map((request) => request.seed)).size, 16);
    assert.deepEqual(summary.strategies['direct'], { n: 4, samplesPerQuestion: 1, correct: 2, accuracy: 0.5, standardError, answered: 4, accuracyAnswered: 0.5, failureRate: 0, agreement: null, ties: null });
    assert.deepEqual(summary.strategies['self-consistency'], { n: 4, samplesPerQuestion: 3, correct: 2, accuracy: 0.5, standardError, answered: 4, accuracyAnswered: 0.5, failureRate: 0, agreement: 1, ties: 0 });
  });

  it('counts no answer as wrong, and says accuracy on the answered beside it', async () => {
    const client = scriptedClient((request) => (/Question [01]/.test(request.messages[1]!.content) ? `Answer: ${request.messages[1]!.content.includes('0') ? 'A' : 'B'}` : 'I do not know.'));
    const { summary } = await run(client, settings({ strategies: ['direct'] }));
    assert.deepEqual(summary.strategies['direct'], { n: 4, samplesPerQuestion: 1, correct: 2, accuracy: 0.5, standardError, answered: 2, accuracyAnswered: 1, failureRate: 0.5, agreement: null, ties: null });
  });

  it('votes, with the tie rule of the file', async () => {
    const say = (_: unknown, count: number): string => ['Answer: B', 'Answer: A', 'none'][count % 3]!;
    const first = await run(scriptedClient(say), settings({ strategies: ['self-consistency'] }));
    assert.deepEqual(first.summary.strategies['self-consistency'], { n: 4, samplesPerQuestion: 3, correct: 2, accuracy: 0.5, standardError, answered: 4, accuracyAnswered: 0.5, failureRate: 0, agreement: 1 / 3, ties: 4 });
    const [last] = first.events.slice(-1);
    assert.ok(last?.type === 'finished' && last.outcomes.every((outcome) => outcome.vote.letter === 'B'));
    const lowest = await run(scriptedClient(() => assert.fail('asked again')), settings({ strategies: ['self-consistency'], tieRule: 'lowest-letter' }));
    const [end] = lowest.events.slice(-1);
    assert.ok(end?.type === 'finished' && end.outcomes.every((outcome) => outcome.vote.letter === 'A'));
  });

  it('scores sampled answers without a vote as the expected score of one', async () => {
    const say = (_: unknown, count: number): string => ['Answer: A', 'Answer: A', 'none'][count % 3]!;
    const { summary } = await run(scriptedClient(say), settings({ strategies: ['direct'], temperature: 0.5 }));
    const direct = summary.strategies['direct']!;
    assert.ok(Math.abs(direct.accuracy - 1 / 3) < 1e-12 && Math.abs(direct.failureRate - 1 / 3) < 1e-12 && Math.abs(direct.agreement! - 2 / 3) < 1e-12);
  });

  it('records what was shown, said and taken, in a private file', async () => {
    await run(scriptedClient(() => 'Answer: B. heparin'), settings({ strategies: ['direct'] }));
    const [line] = readFileSync(journalFile, 'utf8').split('\n');
    const record = JSON.parse(line!) as Record<string, unknown>;
    assert.deepEqual({ ...record, promptHash: '', seed: 0, durationMs: 0 }, {
      schema: 1, model: 'm@1', promptHash: '', strategy: 'direct', repeat: 0, question: 'q0', index: 0, letters: ['A', 'B'], gold: 'A', seed: 0,
      answer: 'Answer: B. heparin', finishReason: 'stop', extractor: 'auto@2', durationMs: 0, extracted: { letter: 'B', rule: 'letter', taken: 'B. heparin' },
    });
    assert.equal(statSync(journalFile).mode & 0o777, 0o600);
  });

  it('asks nothing twice, wherever it was cut off, and comes to the same end', async () => {
    const say = (request: { seed?: number }): string => `Answer: ${'AB'[request.seed! % 2]!}`;
    const whole = await run(scriptedClient(say));
    const bytes = readFileSync(journalFile);
    await fc.assert(fc.asyncProperty(fc.nat(bytes.length), async (length) => {
      writeFileSync(journalFile, bytes.subarray(0, length));
      const kept = bytes.subarray(0, length).toString('latin1').split('\n').length - 1;
      const client = scriptedClient(say);
      const { events, summary } = await run(client);
      assert.equal(client.asked.length, 16 - kept);
      assert.deepEqual(summary, whole.summary);
      assert.deepEqual(events[0], { type: 'planned', samples: 16, kept, tornLine: bytes[length - 1] !== 0x0a && length > 0 });
      assert.deepEqual(untimed(readFileSync(journalFile)), untimed(bytes));
    }), { numRuns: 30 });
  });

  it('asks again for another model, prompt or setting', async () => {
    const only = { strategies: ['direct'] as CotSettings['strategies'] };
    await run(scriptedClient(() => 'A'), settings(only));
    for (const [cot, options] of [
      [settings(only), { modelIdentity: 'm@2' }], [settings({ ...only, maxTokens: 9 }), {}], [settings({ ...only, seed: 2 }), {}], [settings(only), { template: `${body}\nGo.` }],
    ] as const) {
      const client = scriptedClient(() => 'A');
      await run(client, cot, options);
      assert.equal(client.asked.length, 4);
    }
    const longer = scriptedClient(() => 'A');
    await run(longer, settings(only), { list: [...questions, { ...questions[0]!, id: 'q9', question: 'New?' }] });
    assert.equal(longer.asked.length, 1);
  });

  it('keeps what was answered when the endpoint fails', async () => {
    const failing = scriptedClient((_, count) => {
      if (count === 5) throw new Error('endpoint down');
      return 'A';
    });
    await assert.rejects(run(failing), /endpoint down/);
    const client = scriptedClient(() => 'A');
    await run(client);
    assert.equal(client.asked.length, 11);
  });

  it('stops between two answers', async () => {
    const controller = new AbortController();
    const client = scriptedClient((_, count) => {
      if (count === 2) controller.abort();
      return 'A';
    });
    await assert.rejects(run(client, settings(), { signal: controller.signal }), Stopped);
    assert.equal(client.asked.length, 3);
  });

  it('names the line of a damaged journal', async () => {
    await run(scriptedClient(() => 'A'), settings({ strategies: ['direct'] }));
    appendFileSync(journalFile, '{"schema": 1}\n');
    await assert.rejects(run(scriptedClient(() => 'A')), (error) => error instanceof UserError && error.problems[0]!.line === 5);
  });
});
