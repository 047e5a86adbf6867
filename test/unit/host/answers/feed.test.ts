// The answers of a question set from real job folders and inline asks: columns, cells, scores, texts, growth, a changed set.
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseCot } from '../../../../src/documents/cot/parse';
import { hashFiles } from '../../../../src/engine/jobs/prepare/hash-files';
import { AnswersFeed } from '../../../../src/host/answers/feed';
import type { RunEntry } from '../../../../src/host/runs/entry';
import type { AnswerRecord } from '../../../../src/protocol/answer-record';
import type { AskRecord } from '../../../../src/protocol/asks';
import { cellAt } from '../../../../src/protocol/panels/answers-block';
import { appendAsk, clearAsks, questionHash } from '../../../../src/runs/asks';
import { createJob } from '../../../../src/runs/create';

const cot = `---\nname: tested\nquestions: ../data/q.jsonl\nstrategies: [direct, self-consistency]\nrepeats: 3\n---\nsystem:\nBe short.\nuser:\n{{ question }}{% for o in options %}\n{{ o.letter }}. {{ o.text }}{% endfor %}{{ strategy }}\n`;
const line = (id: string, gold: string): string => JSON.stringify({ id, question: `What about ${id}?`, options: { A: 'one', B: 'two' }, answer_idx: gold });

describe('the answers feed', () => {
  let root: string;
  let folder: string;
  let id: string;
  let feed: AnswersFeed;
  const entries = (): RunEntry[] => [{
    id, folder, kind: 'prompt', name: 'tested', reading: { state: 'running', alive: true, attempt: 1, pid: 1 } as never, labels: {} as never, progress: {} as never, steps: [],
  }];
  const answer = (strategy: AnswerRecord['strategy'], repeat: number, index: number, letter: string | undefined): string => {
    const record: AnswerRecord = {
      schema: 1, model: 'm@1', promptHash: 'p', strategy, repeat, question: ['q1', 'q2', 'q3'][index]!, index, letters: ['A', 'B'], gold: ['A', 'B', 'A'][index]!, seed: 1,
      answer: `é because ${letter ?? '?'}`, finishReason: 'stop', extracted: { letter, rule: letter === undefined ? 'none' : 'letter', taken: letter ?? '' },
    };
    return `${JSON.stringify(record)}\n`;
  };
  const give = (text: string): void => { appendFileSync(path.join(folder, 'results/results.jsonl'), text); };
  const column = (strategy: string): number => feed.table().variants.findIndex((variant) => variant.strategy === strategy && variant.origin === 'job');
  const letterOf = (variant: number, row: string): string => {
    const { rows, block } = feed.table();
    const cell = cellAt(block, rows.ids.length, variant, rows.ids.indexOf(row));
    return cell ? `${cell.letter ?? '-'} ${cell.votes}/${cell.samples}` : 'not asked';
  };

  before(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'preclinical-answers-'));
    mkdirSync(path.join(root, 'data'));
    writeFileSync(path.join(root, 'data/q.jsonl'), `${[line('q1', 'A'), '{"broken"', line('q2', 'B'), line('q3', 'A')].join('\n')}\n`);
    const { settings, body } = parseCot(cot, 'tested.cot').document!;
    ({ id, folder } = await createJob(root, {
      schema: 1, kind: 'prompt', name: 'tested', file: 'prompts/tested.cot', overrides: { temperature: 0 },
      resolved: { cot: settings, body, questions: 'data/q.jsonl', model: { baseUrl: 'https://api.example.org/v1', model: 'big', consentedHost: 'api.example.org' }, inputHashes: await hashFiles(root, [path.join(root, 'data/q.jsonl')]) },
    }));
    mkdirSync(path.join(folder, 'results'), { recursive: true });
    feed = new AnswersFeed(root, 'data/q.jsonl', entries, ({ calls }) => `${calls} calls`);
  });
  after(() => { rmSync(root, { recursive: true, force: true }); });

  it('has a column for each strategy before anything was answered', async () => {
    assert.equal(await feed.look(), true);
    const { variants, rows } = feed.table();
    assert.deepEqual(variants.map(({ strategy, model, cloud, overrides, isOutdated, cot: file }) => [strategy, model, cloud, overrides, isOutdated, file]), [
      ['direct', 'big', true, ['temperature=0'], false, 'prompts/tested.cot'], ['self-consistency', 'big', true, ['temperature=0'], false, 'prompts/tested.cot'],
    ]);
    assert.deepEqual(rows.ids, []);
    assert.equal(await feed.look(), false, 'nothing is new');
  });

  it('grows answer by answer; a half-written line waits; votes count when all samples are there', async () => {
    give(answer('direct', 0, 1, 'B') + answer('direct', 0, 0, undefined) + answer('self-consistency', 0, 0, 'B') + answer('self-consistency', 2, 0, 'A') + answer('self-consistency', 1, 0, 'A').slice(0, 30));
    assert.equal(await feed.look(), true);
    assert.deepEqual(feed.table().rows, { ids: ['q1', 'q2'], excerpts: ['What about q1?', 'What about q2?'], golds: 'AB' });
    assert.deepEqual([letterOf(column('direct'), 'q1'), letterOf(column('direct'), 'q2'), letterOf(column('self-consistency'), 'q2')], ['- 0/1', 'B 1/1', 'not asked']);
    assert.equal(feed.table().variants[column('self-consistency')]!.summary.n, 0);
    give(answer('self-consistency', 1, 0, 'A').slice(30));
    await feed.look();
    assert.equal(letterOf(column('self-consistency'), 'q1'), 'A 2/3');
    const { n, correct, agreement } = feed.table().variants[column('self-consistency')]!.summary;
    assert.deepEqual([n, correct, agreement], [1, 1, 2 / 3]);
    const direct = feed.table().variants[column('direct')]!.summary;
    assert.deepEqual([direct.n, direct.accuracy, direct.accuracyAnswered, direct.failureRate], [2, 0.5, 1, 0.5]);
  });

  it('has texts of one cell on demand, with the prompt as it was sent', async () => {
    const detail = (await feed.detail('q1', `${id}\nself-consistency`))!;
    assert.deepEqual(detail.samples.map(({ repeat, answer: text, letter }) => [repeat, text, letter]), [[0, 'é because B', 'B'], [1, 'é because A', 'A'], [2, 'é because A', 'A']]);
    assert.equal(detail.promptIs, 'sent');
    assert.deepEqual(detail.prompt, [{ role: 'system', content: 'Be short.' }, { role: 'user', content: 'What about q1?A. oneB. twoself-consistency' }]);
    assert.deepEqual([detail.question, detail.options.length], ['What about q1?', 2]);
    assert.equal(await feed.lineOf('q2'), 3);
    assert.equal(await feed.detail('q1', 'no such variant'), undefined);
  });

  const ask = (request: string, question: string, repeat: number, letter: string): AskRecord => ({
    schema: 1, ask: request, at: `2026-01-0${request.length}T00:00:00Z`, cot: 'prompts/tested.cot', questions: 'data/q.jsonl', line: 1, questionHash: questionHash(line(question, 'A')), question,
    strategy: 'direct', repeat, repeats: 2, model: 'Sample model', modelIdentity: 's@1', cloud: false, messages: [{ role: 'user', content: 'asked so' }], answer: `it is ${letter}`, finishReason: 'stop',
    letters: ['A', 'B'], gold: 'A', letter, taken: letter, rule: 'letter', extractor: 'auto', extractorVersion: 1, temperature: 0, seed: 1, firstTextMs: 1, durationMs: 2,
  });

  it('shows inline answers beside them: the newest request\'s, with the prompt they were asked with', async () => {
    for (const record of [ask('a', 'q1', 0, 'A'), ask('a', 'q1', 1, 'A'), ask('bb', 'q1', 0, 'B'), ask('a', 'q1', 2, 'A')]) await appendAsk(root, record);
    assert.equal(await feed.look(), true);
    const place = feed.table().variants.findIndex(({ origin }) => origin === 'asks');
    assert.equal(feed.table().variants[place]!.model, 'Sample model');
    assert.equal(letterOf(place, 'q1'), 'B 1/1', 'a late answer to the request before it does not count');
    const detail = (await feed.detail('q1', feed.table().variants[place]!.id))!;
    assert.deepEqual([detail.prompt![0]!.content, detail.samples.length, detail.samples[0]!.answer], ['asked so', 1, 'it is B']);
    await clearAsks(root);
    assert.equal(await feed.look(), true);
    assert.equal(feed.table().variants.some(({ origin }) => origin === 'asks'), false);
  });

  it('says when the question set is not the one that was asked, keeps answers whose question is gone, and shows moved ones', async () => {
    writeFileSync(path.join(root, 'data/q.jsonl'), `${line('q2', 'B')}\n`);
    assert.equal(await feed.look(), true);
    const { variants, rows } = feed.table();
    assert.deepEqual(variants.map(({ isOutdated }) => isOutdated), [true, true]);
    assert.deepEqual([rows.ids, rows.excerpts], [['q2', 'q1'], ['What about q2?', '']]);
    assert.equal(await feed.lineOf('q2'), 1);
    assert.equal((await feed.detail('q2', `${id}\ndirect`))!.promptIs, 'rendered-again');
    const lost = (await feed.detail('q1', `${id}\ndirect`))!;
    assert.deepEqual([lost.question, lost.promptIs, lost.samples.length], [undefined, 'lost', 1]);
  });

  it('shows what was sent where the prompt is more than the file and the question', async () => {
    const { extracted, ...record } = JSON.parse(answer('direct', 0, 2, 'A')) as AnswerRecord;
    const messages = [{ role: 'user', content: 'Solved before. What about q3?' }] as const;
    give(`${JSON.stringify({ ...record, extracted, order: [1, 0], exemplars: ['e7', 'e2'], messages } satisfies AnswerRecord)}\n`);
    await feed.look();
    const detail = (await feed.detail('q3', `${id}\ndirect`))!;
    assert.deepEqual([detail.promptIs, detail.prompt], ['sent', messages]);
    assert.deepEqual([detail.samples[0]!.order, detail.samples[0]!.exemplars], ['B A', ['e7', 'e2']]);
  });

  it('says the likelihood score beside, or why there is none, and what was spent', async () => {
    const likelihood = (): unknown => feed.table().variants[column('direct')]!.likelihood;
    assert.deepEqual(likelihood(), { reason: 'not scored yet' });
    const summary = path.join(folder, 'results/summary.json');
    writeFileSync(summary, JSON.stringify({ likelihood: { reason: 'a chat endpoint' } }));
    assert.equal(await feed.look(), true);
    assert.deepEqual(likelihood(), { reason: 'a chat endpoint' });
    writeFileSync(summary, JSON.stringify({ likelihood: { form: 'letters', n: 3, accuracy: 0.5, standardError: 0.1 }, spent: { calls: 4, promptTokens: 5, completionTokens: 6 } }));
    assert.equal(await feed.look(), true);
    assert.deepEqual(likelihood(), { accuracy: 0.5, standardError: 0.1, n: 3 });
    assert.equal(feed.table().variants[column('direct')]!.spent, '4 calls');
  });

  it('marks a column whose prompt has another text now, and what was given instead of a setting does not count', async () => {
    const isOther = (): boolean => feed.table().variants[column('direct')]!.isOtherPrompt;
    mkdirSync(path.join(root, 'prompts'), { recursive: true });
    const prompt = path.join(root, 'prompts/tested.cot');
    writeFileSync(prompt, cot.replace('repeats: 3', 'repeats: 3\ntemperature: 0.4\ndescription: Another word of itself.'));
    await feed.look();
    assert.equal(isOther(), false);
    writeFileSync(prompt, cot.replace('Be short.', 'Be brief and short.'));
    assert.equal(await feed.look(), true);
    assert.equal(isOther(), true);
    rmSync(prompt);
    await feed.look();
    assert.equal(isOther(), false);
  });
});
