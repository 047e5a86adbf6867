import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cotSchema, type CotSettings } from '../../../../src/documents/cot/schema';
import type { ChatRequest } from '../../../../src/engine/client';
import type { LikelihoodModel } from '../../../../src/engine/inference/interfaces';
import { ExemplarSource, runExperiment, tfIdfRanking, type ExperimentOptions, type PromptQuestion, type PromptSummary, type QuestionOutcome } from '../../../../src/engine/prompting';
import type { AnswerRecord } from '../../../../src/protocol/answer-record';
import { scriptedClient, type ScriptedClient } from './scripted-client';

const body = 'user:\n{{ question }}\n{% for o in options %}\n{{ o.letter }}. {{ o.text }}\n{% endfor %}\n{% if strategy != "direct" %}Think.{% endif %}';
const options = ['aspirin', 'heparin', 'warfarin'].map((text, place) => ({ letter: 'ABC'[place]!, text }));
const list = (name: string, length: number): PromptQuestion[] => Array.from({ length }, (_, index) => ({ id: `${name}${index}`, question: `${name} number ${index} of drugs?`, answer: 'ABC'[index % 3]!, options, hasOwnId: true }));
const questions = list('asked', 3);
const pool = list('solved', 4);

function settings(strategies: CotSettings['strategies'], overrides: object = {}): CotSettings {
  return cotSchema.parse({ name: 'trial', questions: 'q.jsonl', repeats: 5, strategies, exemplars: { file: 'e.jsonl', count: 2 }, ...overrides });
}
/** Letter under which a text stands in the last message. */
const letterOf = (request: ChatRequest, text: string): string => new RegExp(`([A-Z])\\. ${text}`).exec(request.messages.at(-1)!.content)![1]!;

describe('strategies in an experiment', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(path.join(os.tmpdir(), 'preclinical-strategies-')); });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  async function run(client: ScriptedClient, cot: CotSettings, more: Partial<ExperimentOptions> = {}): Promise<{ summary: PromptSummary; outcomes: readonly QuestionOutcome[] }> {
    const exemplars = new ExemplarSource({ settings: cot.exemplars!, pool, extractor: cot.extractor, ranking: tfIdfRanking(pool), file: 'e.jsonl' });
    for await (const event of runExperiment(client, cot, body, questions, { modelIdentity: 'm@1', journalFile: path.join(folder, 'results.jsonl'), exemplars, ...more })) {
      if (event.type === 'finished') return event;
    }
    assert.fail('not finished');
  }
  const records = (name = 'results.jsonl'): AnswerRecord[] => readFileSync(path.join(folder, name), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as AnswerRecord);

  it('shows solved questions as turns before the question', async () => {
    const client = scriptedClient(() => 'A');
    await run(client, settings(['few-shot']));
    assert.deepEqual(client.asked[0]!.messages.map(({ role }) => role), ['user', 'assistant', 'user', 'assistant', 'user']);
    assert.deepEqual(client.asked[0]!.messages.filter(({ role }) => role === 'assistant').map(({ content }) => content), ['A', 'B']);
    assert.deepEqual(records()[0]!.exemplars, ['solved0', 'solved1']);
    assert.deepEqual(records()[0]!.messages, client.asked[0]!.messages);
  });

  it('asks for each question in other orders and maps the letters back before it votes', async () => {
    const client = scriptedClient((request) => letterOf(request, 'heparin'));
    const { summary, outcomes } = await run(client, settings(['choice-shuffle']));
    assert.equal(client.asked.length, 15);
    assert.ok(new Set(client.asked.slice(0, 5).map(({ messages }) => messages[0]!.content)).size === 5);
    assert.ok(outcomes.every(({ samples }) => samples.every((letter) => letter === 'B')));
    assert.equal(summary.strategies['choice-shuffle']!.accuracy, 1 / 3);
    assert.equal(client.asked[0]!.temperature, 0);
    // One that always says A votes for whatever stands there: its votes differ.
    const stubborn = await run(scriptedClient(() => 'A'), settings(['choice-shuffle'], { seed: 2 }));
    assert.ok(stubborn.outcomes.some(({ samples }) => new Set(samples).size > 1));
  });

  it('keeps reasoning of the model only where it led to the right answer, and asks for it once', async () => {
    const say = (request: ChatRequest): string => (request.messages.at(-1)!.content.includes('solved number 1') ? 'Wrong way.\nAnswer: C' : `Text of ${/number \d/.exec(request.messages.at(-1)!.content)![0]}.\nAnswer: ${'ABC'[Number(/number (\d)/.exec(request.messages.at(-1)!.content)![1]) % 3]!}`);
    const client = scriptedClient(say);
    const { summary } = await run(client, settings(['medprompt']));
    const rationales = records('rationales.jsonl');
    assert.deepEqual(summary.rationales, { kept: rationales.filter((one) => one.extracted.letter === one.gold).length, dropped: rationales.filter((one) => one.extracted.letter !== one.gold).length });
    assert.equal(client.asked.length, rationales.length + 15);
    for (const record of records()) {
      assert.equal(record.exemplars!.includes('solved1'), false);
      assert.ok(record.messages!.filter(({ role }) => role === 'assistant').every(({ content }) => /^Text of number \d\.\nAnswer: [ABC]$/.test(content)));
    }
    const again = scriptedClient(say);
    const second = await run(again, settings(['medprompt']));
    assert.equal(again.asked.length, 0);
    assert.deepEqual(second.summary, summary);
  });

  it('asks several at once and keeps what came when one fails', async () => {
    const failing = scriptedClient((_, count) => {
      if (count === 4) throw new Error('down');
      return 'A';
    });
    await assert.rejects(run(failing, settings(['self-consistency']), { concurrency: 4 }), /down/);
    const kept = records().length;
    assert.ok(kept >= 4 && kept < 8, String(kept));
    const rest = scriptedClient(() => 'A');
    await run(rest, settings(['self-consistency']), { concurrency: 4 });
    assert.equal(rest.asked.length, 15 - kept);
  });

  it('puts the likelihood of the same questions beside, or says why not', async () => {
    let scored = 0;
    const model: LikelihoodModel = {
      identity: { name: 'm', hash: '1' },
      logLikelihood: (requests, { onDone } = {}) => {
        scored += requests.length;
        const results = requests.map(({ continuation }) => ({ logLikelihood: continuation === ' B' ? -1 : -2, isGreedy: false, tokens: 1 }));
        for (const [index, result] of results.entries()) onDone?.(index, result);
        return Promise.resolve(results);
      },
    };
    const first = await run(scriptedClient(() => 'A'), settings(['direct']), { likelihood: model });
    assert.deepEqual({ ...first.summary.likelihood, standardError: 0 }, { form: 'letters', n: 3, correct: 1, accuracy: 1 / 3, standardError: 0, accuracyNormalised: 1 / 3 });
    await run(scriptedClient(() => assert.fail('asked again')), settings(['direct']), { likelihood: model });
    assert.equal(scored, 9);
    const none = await run(scriptedClient(() => assert.fail('asked again')), settings(['direct']), { likelihood: { reason: 'a chat endpoint' } });
    assert.deepEqual(none.summary.likelihood, { reason: 'a chat endpoint' });
  });
});
