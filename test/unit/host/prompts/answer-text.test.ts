import assert from 'node:assert/strict';
import { AskBook } from '../../../../src/host/prompts/book';
import { answerText } from '../../../../src/host/prompts/answer-text';
import { hoverPieces } from '../../../../src/host/prompts/hover-text';
import { askRecord, english, withoutLetter } from './records';

const question = { question: 'What is it?', options: [{ letter: 'A', text: 'this' }, { letter: 'B', text: 'that' }] };

function bookOf(...records: ReturnType<typeof askRecord>[]): AskBook {
  const book = new AskBook();
  for (const record of records) book.keep(record);
  return book;
}
const asksOf = (book: AskBook) => book.answersOf('data/q.jsonl', 'hash-1');

describe('the document of an answer', () => {
  const silent = withoutLetter(askRecord({ strategy: 'chain-of-thought', repeat: 1, repeats: 2, answer: '' }));
  const book = bookOf(
    askRecord({ ask: 'older', at: '2026-11-22T00:00:00.000Z', model: 'base', letter: 'A' }),
    askRecord(), askRecord({ strategy: 'chain-of-thought', repeats: 2, answer: 'First,\nthen.\nAnswer: B', promptTokens: 40, completionTokens: 9 }), silent,
  );
  const text = answerText({ place: 'data/q.jsonl line 1', question, asks: asksOf(book) }, english);

  it('holds the question with the right option marked, and the prompt by role', () => {
    assert.match(text, /^data\/q\.jsonl line 1\nFor research only; no medical advice\.\n/);
    assert.match(text, /\n {2}A\. this\n {2}B\. that {3}← right\n/);
    assert.match(text, /\[system\]\nAnswer\.\n\n\[user\]\nWhat is it\?\n/);
  });

  it('holds every sample with what was taken from it, model, seed and timings', () => {
    assert.match(text, /Model: sample \(this machine\)\nIdentity: sample@0123\nPrompt: prompts\/a\.cot\nAsked: 2026-11-23T04/);
    assert.match(text, /━━ direct: B right ━━\n/);
    assert.match(text, /━━ chain-of-thought: B right, 1 of 2 samples agree ━━\n/);
    assert.match(text, /── sample 1 of 2: B right ──\nFirst,\nthen\.\nAnswer: B\n/);
    assert.match(text, /── sample 2 of 2: no answer ──\n\(nothing\)\n/);
    assert.match(text, /Right: B\. Taken by rule letter of extractor auto, version 1, from: "B"/);
    assert.match(text, /temperature 0 · seed 7 · first text after 0\.12 s · whole after 0\.34 s · 40 prompt tokens · 9 answer tokens · ended by stop/);
  });

  it('ends with a line for each earlier Ask', () => {
    assert.match(text, /━━ Earlier answers ━━\n\n2026-11-22T00:00:00\.000Z · base · prompts\/a\.cot · direct A wrong\n/);
  });

  it('says so when there is nothing', () => {
    assert.match(answerText({ place: 'x', question: undefined, asks: [] }, english), /Nothing was asked of this question yet/);
  });

  it('shows what is under way and why something failed', () => {
    const live = new AskBook();
    live.begin({ id: 'live', cot: 'a.cot', questions: 'data/q.jsonl', hashes: new Map([[1, 'hash-1']]), model: 'hosted', cloud: true });
    live.take({ type: 'text', id: 'live', sample: { line: 1, strategy: 'direct', repeat: 0 }, text: 'so far' });
    assert.match(answerText({ place: 'x', question, asks: asksOf(live) }, english), /Model: hosted \(cloud\)[\s\S]*State: asking[\s\S]*sample 1 of 1, under way ──\nso far/);
    live.fail(['live'], 'it ended');
    assert.match(answerText({ place: 'x', question, asks: asksOf(live) }, english), /State: failed: it ended/);
  });
});

describe('the hover on an answer', () => {
  it('shows what a model said verbatim, shortened, and the rest as words', () => {
    const answer = '[click](command:workbench.action.quit) <b>bold</b> ```' + ' more'.repeat(1000);
    const pieces = hoverPieces(asksOf(bookOf(askRecord({ answer })))[0]!, english);
    assert.deepEqual(pieces.map(({ kind }) => kind), ['words', 'heading', 'verbatim']);
    assert.equal(pieces[1]!.text, 'direct: B right (right is B)');
    assert.ok(pieces[2]!.text.startsWith('[click](command:') && pieces[2]!.text.endsWith('More in Answer Details.'));
    assert.ok(pieces[2]!.text.length < 1_600);
  });

  it('holds a few samples and says how many more there are', () => {
    const samples = Array.from({ length: 5 }, (_, repeat) => askRecord({ strategy: 'self-consistency', repeat, repeats: 5, answer: `sample ${repeat}` }));
    const texts = hoverPieces(asksOf(bookOf(...samples))[0]!, english).map(({ text }) => text);
    assert.deepEqual(texts.slice(1), ['self-consistency: B right, 5 of 5 agree (right is B)', 'sample 0', 'sample 1', 'sample 2', '2 more in Answer Details']);
    const alike = samples.map((sample) => ({ ...sample, answer: sample.repeat < 4 ? ' the same' : 'another' }));
    assert.deepEqual(hoverPieces(asksOf(bookOf(...alike))[0]!, english).slice(2).map(({ text }) => text), ['4 times:', 'the same', 'another']);
  });
});
