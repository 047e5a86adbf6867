import assert from 'node:assert/strict';
import type { StrategyName } from '../../../../src/documents/cot/render';
import { AskBook, type QuestionAnswers } from '../../../../src/host/prompts/book';
import { inlineOf, summaryOf } from '../../../../src/host/prompts/inline';
import type { FromAsks } from '../../../../src/protocol/asks';
import { askRecord, english, withoutLetter } from './records';

/** What stands after these answers were kept and these messages came. */
function answersAfter(letters: Readonly<Record<StrategyName, readonly (string | undefined)[]>>, ...messages: FromAsks[]): QuestionAnswers {
  const book = new AskBook();
  if (messages.length > 0) book.begin({ id: 'live', cot: 'a.cot', questions: 'data/q.jsonl', hashes: new Map([[1, 'hash-1']]), model: 'Sample model', cloud: false });
  for (const [strategy, list] of Object.entries(letters)) {
    for (const [repeat, letter] of list.entries()) {
      const record = withoutLetter(askRecord({ ask: 'live', strategy: strategy, repeat, repeats: list.length }));
      book.keep(letter === undefined ? record : { ...record, letter });
    }
  }
  for (const message of messages) book.take(message);
  return book.answersOf('data/q.jsonl', 'hash-1')[0]!;
}
const inline = (...of: Parameters<typeof answersAfter>): [string, string] => {
  const { kind, text } = inlineOf(answersAfter(...of), '*', english);
  return [kind, text];
};

describe('what stands at the end of a question', () => {
  it('names each strategy, its letter, right or wrong by symbol and word, and the agreement', () => {
    assert.deepEqual(inline({ 'direct': ['B'], 'self-consistency': ['B', 'B', 'A', 'B', undefined] }), ['right', '✓ direct B right · ✓ CoT-SC B right 3/5']);
    assert.deepEqual(inline({ 'direct': ['A'], 'chain-of-thought': ['B'] }), ['mixed', '✗ direct A wrong · ✓ CoT B right']);
    assert.deepEqual(inline({ direct: ['A'] }), ['wrong', '✗ direct A wrong']);
    assert.deepEqual(inline({ direct: [undefined] }), ['none', '○ direct no answer']);
    assert.deepEqual(inline({ 'direct': ['A'], 'chain-of-thought': [undefined] })[0], 'wrong');
  });

  it('says when samples are missing', () => {
    const book = new AskBook();
    book.keep(askRecord({ strategy: 'self-consistency', repeats: 5 }));
    assert.equal(inlineOf(book.answersOf('data/q.jsonl', 'hash-1')[0]!, '*', english).text, '✓ CoT-SC B right (1 of 5 samples)');
  });

  it('shows the last words of what streams, on one line', () => {
    const sample = { line: 1, strategy: 'chain-of-thought', repeat: 0 } as const;
    const text = (words: string): FromAsks => ({ type: 'text', id: 'live', sample, text: words });
    assert.deepEqual(inline({}, { type: 'asked', id: 'live', samples: 3, model: 'm' }), ['asking', '* asking m …']);
    assert.deepEqual(inline({}, { type: 'downloading', id: 'live', model: 'm', file: 'model.safetensors', doneBytes: 1, totalBytes: 2 }), ['asking', '* downloading Sample model …']);
    assert.deepEqual(inline({}, { type: 'starting', id: 'live', model: 'm' }), ['asking', '* starting Sample model …']);
    assert.deepEqual(inline({ direct: ['B'] }, text('First,\n\nthe')), ['asking', '✓ direct B right · * CoT: First, the']);
    const [, long] = inline({}, text(`${'word '.repeat(100)}end`));
    assert.match(long, /^\* CoT: …[\w ]{50,64} end$/);
    assert.equal(inline({ direct: ['B'] }, { type: 'asked', id: 'live', samples: 2, model: 'm' })[1], '✓ direct B right · * …');
  });

  it('says that it was cancelled, or why it failed', () => {
    assert.deepEqual(inline({ direct: ['B'] }, { type: 'cancelled', id: 'live' }), ['right', '✓ direct B right · ◻ cancelled']);
    assert.deepEqual(inline({}, { type: 'failed', id: 'live', problems: [{ code: 'x', severity: 'error', message: 'no such\nmodel', next: 'Choose another.' }] }), ['failed', '⚠ no such model. Choose another.']);
  });

  it('is short on a lens', () => {
    assert.equal(summaryOf(answersAfter({ 'direct': ['B'], 'chain-of-thought': [undefined], 'self-consistency': ['A', 'A', 'B'] }), english), '✓ B · ○ · ✗ A 2/3');
    assert.equal(summaryOf(answersAfter({}, { type: 'asked', id: 'live', samples: 1, model: 'm' }), english), 'asking …');
    assert.equal(summaryOf(answersAfter({}, { type: 'cancelled', id: 'live' }), english), 'no answer');
  });

  it('lets no text of a model break the line, turn it round or hide in it', () => {
    const hostile = 'a\u202Egnorw\u202C\u0007\u200Bb\r\n\'); } body { display: none } $(flame)\u2028';
    const [, text] = inline({}, { type: 'text', id: 'live', sample: { line: 1, strategy: 'direct', repeat: 0 }, text: hostile });
    assert.equal(text, '* direct: a gnorw b \'); } body { display: none } $(flame)');
  });

  it('names strategies in short and marks an answer of another text of the prompt', () => {
    const answers = answersAfter({ 'knn-few-shot + choice-shuffle': ['A', 'B', 'B'] });
    assert.match(inlineOf(answers, '*', english).text, /kNN\+shuffle B \w+ 2\/3$/);
    assert.match(inlineOf({ ...answers, isOtherPrompt: true }, '*', english).text, / · ↺ asked with another text of the prompt$/);
  });
});
