// An evaluation that is killed goes on where it was: no continuation is scored twice, and the numbers are the same.
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Stopped, UserError } from '../../../../src/base/errors/problem';
import { evaluateTasks, loadTask } from '../../../../src/engine/evaluate';
import { madeUpModel } from './made-up-model';
import { fixtures, shippedTask, temporaryFolder, write } from './task-files';

describe('resuming an evaluation', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);
  const tasks = async () => [
    await loadTask(shippedTask(folder, 'medqa_text', { test: path.join(fixtures, 'questions/medqa.jsonl') })),
    await loadTask(shippedTask(folder, 'pubmedqa', { test: path.join(fixtures, 'questions/pubmedqa.json') })),
  ];
  const scoresOf = (results: Awaited<ReturnType<typeof evaluateTasks>>) =>
    results.tasks.map((task) => [task.metrics, task.items.map((item) => item.results)]);

  it('asks only for what is not in the cache, whenever it was killed', async () => {
    const whole = madeUpModel();
    const expected = scoresOf(await evaluateTasks(whole, await tasks()));
    const total = whole.asked.length;
    assert.equal(total, 7 * 4 + 3 * 3);
    for (const failAfter of [0, 1, 5, 28, total - 1]) {
      const cacheFile = path.join(folder, `cache-${failAfter}.jsonl`);
      const killed = madeUpModel('made-up', failAfter);
      await assert.rejects(evaluateTasks(killed, await tasks(), { cacheFile, questionsPerBatch: 3 }), /killed/);
      appendFileSync(cacheFile, '{"key":"torn', 'utf8');
      const second = madeUpModel();
      assert.deepEqual(scoresOf(await evaluateTasks(second, await tasks(), { cacheFile, questionsPerBatch: 3 })), expected);
      assert.equal(killed.asked.length + second.asked.length, total);
      const third = madeUpModel('made-up', 0);
      assert.deepEqual(scoresOf(await evaluateTasks(third, await tasks(), { cacheFile })), expected);
      assert.equal(readFileSync(cacheFile, 'utf8').trimEnd().split('\n').length, total);
    }
  });

  it('takes what other evaluations of the model have scored, and leaves their files as they are', async () => {
    const other = path.join(folder, 'other.jsonl');
    await evaluateTasks(madeUpModel(), (await tasks()).slice(0, 1), { cacheFile: other, limit: 3 });
    const before = readFileSync(other, 'utf8');
    const model = madeUpModel();
    await evaluateTasks(model, (await tasks()).slice(0, 1), { otherCacheFiles: [other], cacheFile: path.join(folder, 'own.jsonl') });
    assert.equal(model.asked.length, (7 - 3) * 4);
    assert.equal(readFileSync(other, 'utf8'), before);
  });

  it('scores anew for another model', async () => {
    const cacheFile = path.join(folder, 'models.jsonl');
    await evaluateTasks(madeUpModel('one'), await tasks(), { cacheFile });
    const other = madeUpModel('two');
    await evaluateTasks(other, await tasks(), { cacheFile });
    assert.equal(other.asked.length, 37);
  });

  it('stops between batches and reports progress', async () => {
    const seen: string[] = [];
    const model = madeUpModel();
    const options = {
      questionsPerBatch: 4,
      onProgress: ({ task, done, total }: { task: string; done: number; total: number }) => { seen.push(`${task} ${done}/${total}`); },
      betweenBatches: () => { if (seen.length === 2) throw new Stopped(); },
    };
    await assert.rejects(evaluateTasks(model, await tasks(), options), Stopped);
    assert.deepEqual(seen, ['medqa_text 4/7', 'medqa_text 7/7']);
    assert.equal(model.asked.length, 28);
  });

  it('tells progress and listens to a stop within a long batch too', async () => {
    const questions = Array.from({ length: 60 }, (_, index) => JSON.stringify({ question: `Question ${index}?`, options: { A: 'a', B: 'b', C: 'c', D: 'd' }, answer_idx: 'A', answer: 'a' }));
    const task = await loadTask(shippedTask(folder, 'medqa_text', { test: write(folder, 'many.jsonl', questions.join('\n')) }));
    const seen: number[] = [];
    const model = madeUpModel();
    const betweenBatches = (): void => { if (seen.length === 1) throw new Stopped(); };
    await assert.rejects(evaluateTasks(model, [task], { onProgress: ({ done }) => { seen.push(done); }, betweenBatches }), Stopped);
    assert.deepEqual(seen, [25]);
    assert.ok(model.asked.length < 60 * 4);
  });

  it('refuses two tasks of one name, and a model whose scores are not numbers', async () => {
    const [task] = await tasks();
    await assert.rejects(evaluateTasks(madeUpModel(), [task!, task!]), UserError);
    const diverged = { ...madeUpModel(), logLikelihood: () => Promise.resolve([{ logLikelihood: NaN, isGreedy: false, tokens: 1 }]) };
    await assert.rejects(evaluateTasks(diverged, [task!]), /not numbers/);
  });
});
