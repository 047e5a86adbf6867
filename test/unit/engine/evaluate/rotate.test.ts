// The same questions with their options in every order that moves them on in a circle.
import assert from 'node:assert/strict';
import path from 'node:path';
import { evaluateTasks, loadTask, writeResults } from '../../../../src/engine/evaluate';
import { rotateDocument } from '../../../../src/engine/evaluate/rotate';
import { optionOrders } from '../../../../src/runs/scored/orders';
import { readResults } from '../../../../src/runs/scored/read';
import { madeUpModel } from './made-up-model';
import { fixtures, shippedTask, temporaryFolder } from './task-files';

describe('rotateDocument', () => {
  const forms: Readonly<Record<string, (texts: readonly string[], gold: number) => Record<string, unknown>>> = {
    'options by letter': ([a, b, c, d], gold) => ({ question: 'Q', options: { A: a, B: b, C: c, D: d }, answer_idx: 'ABCD'[gold], answer: [a, b, c, d][gold] }),
    'a list of choices': (texts, gold) => ({ question: 'Q', choices: texts, answer: gold }),
    'the columns of MedQA': ([a, b, c, d], gold) => ({ sent1: 'Q', ending0: a, ending1: b, ending2: c, ending3: d, label: gold }),
    'the columns of MedMCQA': ([a, b, c, d], gold) => ({ question: 'Q', opa: a, opb: b, opc: c, opd: d, cop: gold }),
  };
  for (const [name, make] of Object.entries(forms)) {
    it(`moves ${name} on in a circle, and the right answer with its option`, () => {
      assert.deepEqual(rotateDocument(make(['w', 'x', 'y', 'z'], 2), 1), make(['x', 'y', 'z', 'w'], 1));
      assert.deepEqual(rotateDocument(make(['w', 'x', 'y', 'z'], 0), 3), make(['z', 'w', 'x', 'y'], 1));
      assert.equal(rotateDocument(make(['w', 'x', 'y', 'z'], 2), 4), undefined);
    });
  }

  it('knows no other form', () => {
    assert.equal(rotateDocument({ question: 'Q', a: 'x', b: 'y', answer: 'x' }, 1), undefined);
  });
});

describe('an evaluation in every order of the options', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);
  const questions = path.join(fixtures, 'questions/medqa.jsonl');

  it('has a task for each, with the right answer in another place and the same option behind it', async () => {
    const task = await loadTask(shippedTask(folder, 'medqa_4options', { test: questions }));
    const results = await evaluateTasks(madeUpModel(), [task], { rotateOptions: true });
    assert.deepEqual(results.tasks.map((one) => one.task.name), ['medqa_4options', 'medqa_4options_rotated_1', 'medqa_4options_rotated_2', 'medqa_4options_rotated_3']);
    const [first, second] = results.tasks;
    for (const [index, item] of first!.items.entries()) {
      const other = second!.items[index]!;
      assert.equal(other.docId, item.docId);
      assert.notEqual(other.context, item.context);
      assert.equal((item.document['options'] as Record<string, string>)['ABCD'[item.gold!]!], (other.document['options'] as Record<string, string>)['ABCD'[other.gold!]!]);
    }
    await writeResults(folder, results, { startedMs: 0, finishedMs: 0, checkpoint: 'a', version: '0' });
    const [orders = assert.fail()] = optionOrders((await readResults(folder))!);
    assert.deepEqual([orders.task, orders.orders.length, orders.items], ['medqa_4options', 4, first!.items.length]);
    // What is consistent is the option behind the letter.
    const chosen = results.tasks.map(({ items }, by) => items.map(({ results: scores }) => (scores.findIndex(({ logLikelihood }) => logLikelihood === Math.max(...scores.map((one) => one.logLikelihood))) + by) % 4));
    const same = chosen[0]!.filter((place, item) => chosen.every((order) => order[item] === place)).length;
    assert.equal(orders.consistency, same / first!.items.length);
    assert.equal(orders.orders[2]!.accuracy, results.tasks[2]!.metrics.acc!.value);
  });

  it('says of a task whose prompts do not show the options that their order means nothing', async () => {
    const task = await loadTask(shippedTask(folder, 'medqa_text', { test: questions }));
    const notices: string[] = [];
    const results = await evaluateTasks(madeUpModel(), [task], { rotateOptions: true, onPrepared: (_, prepared) => { notices.push(...prepared.notices.map(({ code }) => code)); } });
    assert.deepEqual([results.tasks.length, notices], [1, ['options-not-rotated']]);
  });
});
