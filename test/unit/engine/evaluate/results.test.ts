// Results in lm-evaluation-harness's layout: written as it writes them, read back from ours and from its own.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { evaluateTasks, loadTask, writeResults } from '../../../../src/engine/evaluate';
import { alignScores } from '../../../../src/runs/scored/align';
import { readResults, type StoredTask } from '../../../../src/runs/scored/read';
import { madeUpModel } from './made-up-model';
import { fixtures, shippedTask, temporaryFolder } from './task-files';

const startedMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const theirFolder = path.join(fixtures, 'harness-results');

function onlyFile(folder: string, start: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => path.basename(name).startsWith(start));
  assert.equal(found.length, 1);
  return path.join(folder, found[0]!);
}

describe('results', () => {
  const { folder, remove } = temporaryFolder();
  let evaluated: Awaited<ReturnType<typeof evaluateTasks>>;
  before(async () => {
    const task = await loadTask(shippedTask(folder, 'medqa_text', { test: path.join(fixtures, 'questions/medqa.jsonl') }));
    evaluated = await evaluateTasks(madeUpModel(), [task]);
    await writeResults(folder, evaluated, { startedMs, finishedMs: startedMs + 1500, checkpoint: 'a/b', version: '0' });
  });
  after(remove);

  it('lie where the harness puts them', () => {
    assert.equal(path.relative(folder, onlyFile(folder, 'results_')), path.join('results', 'made__up', 'results_2026-01-02T03-04-07.178Z.json'));
    assert.equal(path.basename(onlyFile(folder, 'samples_')), 'samples_medqa_text_2026-01-02T03-04-07.178Z.jsonl');
  });

  it('have samples equal to the harness\'s own, line by line', () => {
    const lines = (root: string): unknown[] => readFileSync(onlyFile(root, 'samples_'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
    assert.deepEqual(lines(folder), lines(theirFolder));
  });

  it('have a summary with the harness\'s keys and numbers', () => {
    const summary = (root: string): Record<string, unknown> => JSON.parse(readFileSync(onlyFile(root, 'results_'), 'utf8')) as Record<string, unknown>;
    const ours = summary(folder);
    const theirs = summary(theirFolder);
    for (const key of ['results', 'versions', 'n-shot', 'higher_is_better', 'n-samples', 'task_hashes']) assert.deepEqual(ours[key], theirs[key], key);
    assert.equal(ours['total_evaluation_time_seconds'], '1.5');
  });

  it('are read back alike from ours and from the harness\'s', async () => {
    const ours = await readResults(folder);
    const theirs = await readResults(theirFolder);
    assert.deepEqual(ours?.tasks, theirs?.tasks);
    assert.equal(ours?.modelHash, 'made-up');
    const task = ours.tasks.get('medqa_text')!;
    assert.equal(task.items.length, 7);
    assert.equal(task.items[0]?.choiceCount, 4);
    assert.equal(task.questionBlind, false);
    assert.deepEqual(task.metrics, evaluated.tasks[0]?.metrics);
    assert.equal(await readResults(path.join(folder, 'nowhere')), undefined);
  });

  it('say that a task is question-blind when every prompt is the same', async () => {
    const other = temporaryFolder();
    const task = await loadTask(shippedTask(other.folder, 'medqa_blind', { test: path.join(fixtures, 'questions/medqa.jsonl') }));
    await writeResults(other.folder, await evaluateTasks(madeUpModel(), [task]), { startedMs, finishedMs: startedMs, checkpoint: 'a', version: '0' });
    assert.equal((await readResults(other.folder))?.tasks.get('medqa_blind')?.questionBlind, true);
    other.remove();
  });

  it('name the file that cannot be read', async () => {
    const other = temporaryFolder();
    await writeResults(other.folder, evaluated, { startedMs, finishedMs: startedMs, checkpoint: 'a', version: '0' });
    const file = onlyFile(other.folder, 'results_');
    writeFileSync(file, '{');
    await assert.rejects(readResults(other.folder), (error: Error) => error.message.includes(file));
    other.remove();
  });
});

describe('alignScores', () => {
  const task = (items: [string, number][]): StoredTask =>
    ({ task: 't', metrics: {}, originalCount: 0, setAsideCount: 0, fewshotCount: 0, questionBlind: false, items: items.map(([docHash, acc]) => ({ docHash, choiceCount: 4, scores: { acc } })) });

  it('pairs equal records in the order of the first, and leaves out what one lacks', () => {
    const a = task([['x', 1], ['y', 0], ['x', 0], ['z', 1]]);
    const b = task([['y', 1], ['x', 0], ['x', 1]]);
    assert.deepEqual(alignScores([a, b], 'acc'), [[1, 0, 0], [0, 1, 1]]);
    assert.deepEqual(alignScores([a, b], 'acc_norm'), [[], []]);
  });
});
