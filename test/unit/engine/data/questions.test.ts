// Question files: MedQA's form, PubMedQA's own, and records that are set aside.
import assert from 'node:assert/strict';
import { UserError } from '../../../../src/base/errors/problem';
import { readQuestions } from '../../../../src/engine/data/questions';
import { makeWorkspace, type TestWorkspace } from '../../../fixtures/data/workspace';

const good = { realidx: 7, question: ' Which drug? ', options: { A: 'one', B: 'two', C: 'three', D: 'four', E: 'five' }, answer_idx: 'E', answer: 'five' };

describe('readQuestions', () => {
  let workspace: TestWorkspace;
  before(async () => { workspace = await makeWorkspace(); });
  after(() => workspace.remove());

  const write = (records: readonly unknown[]): Promise<string> => workspace.write('q.jsonl', records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))).join('\n'));

  it('reads four and five options', async () => {
    const { questions, setAside } = await readQuestions(await write([good, { ...good, realidx: undefined, options: { A: 'x', B: 'y', C: 'z', D: 'w' }, answer_idx: 'B', answer: undefined }]));
    assert.deepEqual(setAside, []);
    assert.deepEqual(questions, [
      { id: '7', question: 'Which drug?', options: good.options, answerIndex: 4, line: 1 },
      { id: '2', question: 'Which drug?', options: { A: 'x', B: 'y', C: 'z', D: 'w' }, answerIndex: 1, line: 2 },
    ]);
  });

  it('sets bad records aside with reason, line and key', async () => {
    const { questions, setAside } = await readQuestions(await write([
      good, 'not json', { ...good, question: '' }, { ...good, options: ['a', 'b'] }, { ...good, options: { A: 'one' } },
      { ...good, options: { A: 'x', C: 'y' } }, { ...good, answer_idx: 'F' }, { ...good, answer: 'two' }, { ...good, options: { ...good.options, B: '' } },
    ]), 'q.jsonl');
    assert.equal(questions.length, 1);
    assert.deepEqual(setAside.map(({ code, line, key }) => [code, line, key]), [
      ['question-not-json', 2, undefined],
      ['question-no-text', 3, 'question'],
      ['question-no-options', 4, 'options'],
      ['question-no-options', 5, 'options'],
      ['question-letters-not-in-order', 6, 'options'],
      ['question-no-answer', 7, 'answer_idx'],
      ['question-answers-differ', 8, 'answer'],
      ['question-no-text', 9, 'options.B'],
    ]);
    assert.ok(setAside.every((problem) => problem.file === 'q.jsonl' && problem.severity === 'warning'));
  });

  it('reads PubMedQA\'s own form without its long answer', async () => {
    const record = { QUESTION: 'Is it?', CONTEXTS: ['One.', 'Two.'], LONG_ANSWER: 'It is.', final_decision: 'no' };
    const { questions, setAside } = await readQuestions(await workspace.write('p.json', JSON.stringify({ 11: record, 12: { ...record, final_decision: 'perhaps' } })));
    assert.deepEqual(questions, [{ id: '11', pmid: '11', group: '11', question: 'Is it?', options: { A: 'yes', B: 'no', C: 'maybe' }, answerIndex: 1, context: 'One.\nTwo.' }]);
    assert.deepEqual(setAside.map(({ code, key }) => [code, key]), [['question-no-answer', '12.final_decision']]);
  });

  it('refuses a file that is missing, and one without a usable question', async () => {
    await assert.rejects(readQuestions('/nowhere/q.jsonl'), (error) => error instanceof UserError && error.problems[0]!.code === 'questions-not-found');
    await assert.rejects(readQuestions(await write([{ text: 'x' }]), 'q.jsonl'), (error) => {
      assert.ok(error instanceof UserError);
      const { code, severity, file, line } = error.problems[0]!;
      assert.deepEqual([code, severity, file, line], ['questions-none', 'error', 'q.jsonl', 1]);
      return true;
    });
  });
});
