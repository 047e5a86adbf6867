// Questions as the panel finds and shows them are those the engine asks: same ids, same texts, same options.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { toPromptQuestion } from '../../../../src/engine/jobs/prompt/questions';
import { readQuestions } from '../../../../src/engine/data/questions';
import { QuestionSet } from '../../../../src/host/answers/question-set';

const medQa = [
  { question: ' Which first? ', options: { B: ' two ', A: 'one' }, answer_idx: 'B' },
  { id: 7, question: 'Which\nsecond?', options: { A: 'x', B: 'y' }, answer_idx: 'A' },
  { realidx: 'r-3', question: 'Which third?', options: { A: 'x', B: 'y' }, answer_idx: 'A' },
];
const pubMedQa = { 111: { QUESTION: 'Does it?', CONTEXTS: ['One. ', 'Two.'], LONG_ANSWER: 'never shown', final_decision: 'maybe' } };

describe('a question set in the panel', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'preclinical-set-'));
  after(() => { rmSync(folder, { recursive: true, force: true }); });
  const files: [string, string][] = [
    ['medqa.jsonl', `\uFEFF${medQa.map((one) => JSON.stringify(one)).join('\r\n')}\n`],
    ['no-end.jsonl', medQa.map((one) => JSON.stringify(one)).join('\n\n')],
    ['list.json', JSON.stringify(medQa, null, 2)],
    ['pubmedqa.json', JSON.stringify(pubMedQa, null, 2)],
    ['lines.json', medQa.map((one) => JSON.stringify(one)).join('\n')],
  ];
  for (const [name, text] of files) {
    it(`reads ${name} as the engine does`, async () => {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      const set = new QuestionSet(file);
      assert.equal(await set.refresh(), true);
      const asked = (await readQuestions(file)).questions;
      assert.deepEqual([...set.places.keys()], asked.map(({ id }) => id));
      for (const question of asked) {
        const { id, question: words, options } = toPromptQuestion(question);
        assert.deepEqual(await set.question(id), { id, question: words, options });
        if (question.line !== undefined) assert.equal(await set.lineOf(id), question.line);
      }
      assert.equal(await set.refresh(), false, 'the file is read once');
    });
  }
  it('finds the line of a question in a file that is one value, and is empty without its file', async () => {
    const set = new QuestionSet(path.join(folder, 'pubmedqa.json'));
    await set.refresh();
    assert.equal(await set.lineOf('111'), 2);
    const none = new QuestionSet(path.join(folder, 'none.jsonl'));
    await none.refresh();
    assert.deepEqual([none.places.size, none.hash], [0, undefined]);
  });
});
