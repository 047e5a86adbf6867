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

  const mcqa = { id: 'm', question: 'Which?', opa: 'one', opb: 'two', opc: 'three', opd: 'four', choice_type: 'single', exp: null };
  const indices = async (cops: readonly unknown[], answers?: 'optional'): Promise<number[]> =>
    (await readQuestions(await write(cops.map((cop) => ({ ...mcqa, cop }))), 'q.jsonl', answers ? { answers } : {})).questions.map(({ answerIndex }) => answerIndex);

  it('reads MedMCQA with `cop` counted from 1, as its authors do, and from 0, as the Hub does', async () => {
    assert.deepEqual(await indices([1, 2, 4]), [0, 1, 3]);
    assert.deepEqual(await indices([1, 2, 0]), [1, 2, 0]);
    const { questions } = await readQuestions(await write([{ ...mcqa, cop: 4 }]));
    assert.deepEqual(questions, [{ id: 'm', question: 'Which?', options: { A: 'one', B: 'two', C: 'three', D: 'four' }, answerIndex: 3, line: 1 }]);
  });

  it('guesses no answer of MedMCQA: one that is not known, or counted from nobody knows where, is set aside or kept without it', async () => {
    assert.deepEqual(await indices([1, 0, -1]), [1, 0]);
    assert.deepEqual(await indices([1, 0, -1], 'optional'), [1, 0, -1]);
    assert.deepEqual(await indices([1, 2], 'optional'), [-1, -1]);
    assert.deepEqual(await indices([undefined, undefined], 'optional'), [-1, -1]);
    await assert.rejects(indices([1, 2]), (error) => error instanceof UserError && error.problems[0]!.key === 'cop' && error.problems[0]!.message.includes('from 0 or from 1'));
  });

  it('reads MMLU as its authors have it, rows without a header, and as the Hub does', async () => {
    const rows = '"Which one, ""really""?",w,"x, y",z,v,B\nWhich other?,1,2,3,4,D\nWhich last?,1,2,3,4,F\n';
    const { questions, setAside } = await readQuestions(await workspace.write('anatomy_test.csv', rows), 'anatomy_test.csv');
    assert.deepEqual(questions.map(({ id, question, options, answerIndex }) => [id, question, options['B'], answerIndex]), [['1', 'Which one, "really"?', 'x, y', 1], ['2', 'Which other?', '2', 3]]);
    assert.deepEqual(setAside.map(({ code, line, key }) => [code, line, key]), [['question-no-answer', 3, 'answer']]);
    const hub = await readQuestions(await write([{ question: 'Which?', subject: 'anatomy', choices: ['a', 'b', 'c'], answer: 2 }]));
    assert.deepEqual(hub.questions, [{ id: '1', question: 'Which?', options: { A: 'a', B: 'b', C: 'c' }, answerIndex: 2, line: 1 }]);
  });

  it('reads a CSV file with a header by its columns', async () => {
    const { questions } = await readQuestions(await workspace.write('own.csv', 'id,question,opa,opb,opc,opd,cop\nq,Which?,a,b,c,d,4\n'), 'own.csv');
    assert.deepEqual(questions.map(({ id, answerIndex }) => [id, answerIndex]), [['q', 3]]);
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
