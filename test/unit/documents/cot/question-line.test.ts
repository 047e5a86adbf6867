import assert from 'node:assert/strict';
import { outcomeOf } from '../../../../src/documents/cot/outcome';
import { looksLikeQuestion, readQuestionLine } from '../../../../src/documents/cot/question-line';

describe('a line of a question set', () => {
  it('is known by its form, MedQA\'s or PubMedQA\'s', () => {
    for (const line of ['{"question": "What?", "options": {}}', '  {"id": 1, "question" : "What?"}', '{"QUESTION": "Does it?", "CONTEXTS": []}']) assert.ok(looksLikeQuestion(line), line);
    for (const line of ['', '[', '{"text": "question"}', '"question": "x"', '// {"question": 1}']) assert.ok(!looksLikeQuestion(line), line);
  });

  it('gives its question and options', () => {
    assert.deepEqual(readQuestionLine('{"question": "What?", "options": {"A": "this", "B": "that", "C": 3}}'), { question: 'What?', options: [{ letter: 'A', text: 'this' }, { letter: 'B', text: 'that' }] });
    assert.deepEqual(readQuestionLine('{"QUESTION": "Does it?"}'), { question: 'Does it?', options: [] });
    for (const line of ['', '{', 'null', '[]', '{"question": 5}']) assert.equal(readQuestionLine(line), undefined);
  });
});

describe('outcomeOf', () => {
  it('votes, and tells no answer from a wrong one', () => {
    assert.deepEqual(outcomeOf(['A', 'B', 'B'], 'B', 'first-seen'), { letter: 'B', verdict: 'right', votes: 2, samples: 3 });
    assert.equal(outcomeOf(['A'], 'B', 'first-seen').verdict, 'wrong');
    assert.deepEqual(outcomeOf([undefined, undefined], 'B', 'first-seen'), { letter: undefined, verdict: 'none', votes: 0, samples: 2 });
  });
});
