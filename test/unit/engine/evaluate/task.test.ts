// Task files and question files that are wrong: one message with file, line, key and next step; bad records set aside.
import assert from 'node:assert/strict';
import path from 'node:path';
import { UserError, type Problem } from '../../../../src/base/errors/problem';
import { loadTask, prepareItems } from '../../../../src/engine/evaluate';
import { fixtures, shippedTask, temporaryFolder, write } from './task-files';

const medqa = path.join(fixtures, 'questions/medqa.jsonl');

async function problemsOf(promise: Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
  return assert.fail('no problem was found');
}

describe('loadTask', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);
  const task = (body: string): string => write(folder, 'bad.yaml', body);
  const good = `task: t\ndataset_path: ${medqa}\noutput_type: multiple_choice\ndoc_to_text: "{{question}}"\ndoc_to_choice: [A, B, C, D]\ndoc_to_target: answer_idx\n`;

  it('reads a question file named by dataset_path alone', async () => {
    const loaded = await loadTask(task(good));
    assert.deepEqual(loaded.dataFiles, [medqa]);
    assert.equal((await prepareItems(loaded, 3)).items.length, 3);
    assert.equal((await prepareItems(loaded, 3)).originalCount, 7);
  });

  it('names the line and key of an unknown key', async () => {
    const [problem] = await problemsOf(loadTask(task(`${good}doc_to_txt: x\n`)));
    assert.deepEqual([problem?.code, problem?.key, problem?.line], ['unknown-key', 'doc_to_txt', 7]);
    assert.ok(problem?.next);
  });

  it('says of a key the harness has and we do not that this is so', async () => {
    const [problem] = await problemsOf(loadTask(task(`${good}filter_list: []\n`)));
    assert.equal(problem?.key, 'filter_list');
    assert.match(problem.message, /lm-evaluation-harness knows this key/);
  });

  it('points at a Python function', async () => {
    const [problem] = await problemsOf(loadTask(task(good.replace('"{{question}}"', '!function utils.doc_to_text'))));
    assert.deepEqual([problem?.code, problem?.line], ['task-needs-python', 4]);
  });

  it('refuses other output types, unparsable templates and missing files', async () => {
    assert.equal((await problemsOf(loadTask(task(good.replace('multiple_choice', 'generate_until')))))[0]?.key, 'output_type');
    assert.equal((await problemsOf(loadTask(task(good.replace('{{question}}', '{{question')))))[0]?.key, 'doc_to_text');
    assert.equal((await problemsOf(loadTask(task(good.replace(medqa, 'nowhere.jsonl')))))[0]?.code, 'questions-not-found');
    assert.equal((await problemsOf(loadTask(path.join(folder, 'nowhere.yaml'))))[0]?.code, 'task-not-readable');
  });

  it('refuses more examples than there are, whichever way they are chosen', async () => {
    for (const sampler of ['first_n', 'default']) {
      const many = await loadTask(task(`${good}num_fewshot: 7\nfewshot_config: {sampler: ${sampler}}\n`));
      assert.equal((await problemsOf(prepareItems(many)))[0]?.code, 'fewshot-pool-too-small');
      assert.equal((await prepareItems(many, undefined, { fewshotCount: 6 })).fewshotCount, 6);
    }
  });

  it('keeps a count of 0 that the task sets, and says when questions may be their own examples', async () => {
    const none = await prepareItems(await loadTask(task(`${good}num_fewshot: 0\n`)), undefined, { fewshotCount: 3 });
    assert.deepEqual([none.fewshotCount, none.notices], [0, []]);
    const own = await prepareItems(await loadTask(task(`${good}test_split: test\nfewshot_config: {fewshot_indices: [1]}\n`)), undefined, { fewshotCount: 1 });
    assert.deepEqual(own.notices.map(({ code }) => code), ['fewshot-own-example', 'fewshot-indices-unused']);
  });
});

describe('prepareItems', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);
  const question = (fields: object): string => JSON.stringify({ question: 'Q', options: { A: 'a', B: 'b', C: 'c', D: 'd' }, answer_idx: 'A', answer: 'a', ...fields });

  it('sets bad records aside with their line and scores the rest', async () => {
    const lines = [question({}), '{broken', '[1]', '', question({ question: undefined }), question({ options: { A: 'a' } }), question({ answer_idx: null }), question({ question: 'last' })];
    const file = write(folder, 'questions.jsonl', `\uFEFF${lines.join('\n')}`);
    const prepared = await prepareItems(await loadTask(shippedTask(folder, 'medqa_4options', { test: file })));
    assert.equal(prepared.items.length, 2);
    assert.equal(prepared.originalCount, 5);
    assert.deepEqual(prepared.setAside.map(({ line, message }) => [line, message]), [
      [2, 'not a JSON object; set aside'],
      [3, 'not a JSON object; set aside'],
      [5, 'question is missing; set aside'],
      [6, 'options.B is missing; set aside'],
      [7, 'answer_idx is missing or neither a text nor a whole number; set aside'],
    ]);
    assert.ok(prepared.setAside.every((problem) => problem.file === file && problem.severity === 'warning'));
  });

  it('keeps a question whose gold answer is no choice, with a warning', async () => {
    const file = write(folder, 'gold.jsonl', `${question({ answer_idx: 'E' })}\n`);
    const prepared = await prepareItems(await loadTask(shippedTask(folder, 'medqa_4options', { test: file })));
    assert.equal(prepared.items[0]?.gold, undefined);
    assert.deepEqual(prepared.warnings.map(({ code, line }) => [code, line]), [['gold-outside-choices', 1]]);
  });

  it('says what is wrong when no record fits the task', async () => {
    const file = write(folder, 'other.jsonl', '{"text": "x"}\n');
    const [problem] = await problemsOf(prepareItems(await loadTask(shippedTask(folder, 'medqa_4options', { test: file }))));
    assert.equal(problem?.code, 'task-without-questions');
    assert.match(problem.message, /other\.jsonl:1 question is missing/);
  });

  it('refuses a .json file that is not JSON', async () => {
    const file = write(folder, 'broken.json', '{"a": \n');
    const [problem] = await problemsOf(prepareItems(await loadTask(shippedTask(folder, 'pubmedqa', { test: file }))));
    assert.equal(problem?.code, 'questions-not-json');
  });
});
