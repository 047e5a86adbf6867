import assert from 'node:assert/strict';
import { AskBook, type BegunAsk } from '../../../../src/host/prompts/book';
import { askRecord } from './records';

const begun: BegunAsk = { id: 'live', cot: 'prompts/a.cot', questions: 'data/q.jsonl', hashes: new Map([[1, 'hash-1']]), model: 'Sample model', cloud: false };
const sample = { line: 1, strategy: 'chain-of-thought', repeat: 0 } as const;

describe('AskBook', () => {
  it('gives a question its answers by the hash of its line, newest Ask first', () => {
    const book = new AskBook();
    book.keep(askRecord());
    book.keep(askRecord({ ask: 'ask-2', letter: 'A', line: 9 }));
    assert.deepEqual(book.answersOf('data/q.jsonl', 'hash-1').map(({ ask, strategies }) => [ask, strategies[0]!.outcome!.verdict]), [['ask-2', 'wrong'], ['ask-1', 'right']]);
    assert.deepEqual(book.answersOf('data/q.jsonl', 'of a changed line'), []);
    assert.deepEqual(book.answersOf('data/other.jsonl', 'hash-1'), []);
  });

  it('has strategies in the order of the prompt file, whichever was answered first', () => {
    const book = new AskBook(undefined, undefined, () => ['direct', 'chain-of-thought', 'self-consistency']);
    for (const strategy of ['self-consistency', 'few-shot', 'chain-of-thought', 'direct'] as const) book.keep(askRecord({ strategy }));
    const names = book.answersOf('data/q.jsonl', 'hash-1')[0]!.strategies.map(({ strategy }) => strategy);
    assert.deepEqual(names, ['direct', 'chain-of-thought', 'self-consistency', 'few-shot'], 'one that the file does not have any more comes last');
  });

  it('votes over the samples of a strategy, with the tie rule of the prompt file', () => {
    const samples = ['B', 'A', 'A', 'B'].map((letter, repeat) => askRecord({ strategy: 'self-consistency', repeat, repeats: 4, letter }));
    const outcome = (tieRule: 'first-seen' | 'lowest-letter'): unknown => {
      const book = new AskBook(() => tieRule);
      for (const one of samples) book.keep(one);
      return book.answersOf('data/q.jsonl', 'hash-1')[0]!.strategies[0]!.outcome;
    };
    assert.deepEqual(outcome('first-seen'), { letter: 'B', verdict: 'right', votes: 2, samples: 4 });
    assert.deepEqual(outcome('lowest-letter'), { letter: 'A', verdict: 'wrong', votes: 2, samples: 4 });
  });

  it('marks answers whose prompt has another text now, as soon as it has', () => {
    let now: string | undefined = 'v1';
    const book = new AskBook(undefined, () => now);
    book.keep(askRecord({ ask: 'known', cotVersion: 'v1' }));
    book.keep(askRecord({ ask: 'before versions' }));
    const marks = (): unknown[] => book.answersOf('data/q.jsonl', 'hash-1').map(({ ask, isOtherPrompt }) => [ask, isOtherPrompt]);
    assert.deepEqual(marks(), [['before versions', undefined], ['known', undefined]]);
    now = 'v2';
    assert.deepEqual(marks(), [['before versions', undefined], ['known', true]]);
    now = undefined;
    assert.deepEqual(marks(), [['before versions', undefined], ['known', undefined]]);
  });

  it('counts a record once, though the engine and the file both bring it', () => {
    const book = new AskBook();
    book.keep(askRecord());
    book.keep(askRecord());
    assert.equal(book.keptRecords, 1);
  });

  it('shows text as it streams, then the record in its place, then what is kept', () => {
    const book = new AskBook();
    book.begin(begun);
    const now = (): unknown => book.answersOf('data/q.jsonl', 'hash-1').map(({ phase, strategies }) => [phase, strategies.map(({ strategy, streaming, outcome }) => [strategy, streaming, outcome?.letter])]);
    assert.deepEqual(now(), [['asking', []]]);
    book.take({ type: 'downloading', id: 'live', model: 'sample', file: 'model.safetensors', doneBytes: 5, totalBytes: 10 });
    assert.deepEqual(now(), [['downloading', []]]);
    book.take({ type: 'starting', id: 'live', model: 'sample' });
    assert.deepEqual(now(), [['starting', []]]);
    book.take({ type: 'asked', id: 'live', samples: 1, model: 'sample' });
    book.take({ type: 'text', id: 'live', sample, text: 'Let us ' });
    book.take({ type: 'text', id: 'live', sample, text: 'think' });
    assert.deepEqual(now(), [['asking', [['chain-of-thought', 'Let us think', undefined]]]]);
    book.take({ type: 'answered', id: 'live', sample, record: askRecord({ ask: 'live', strategy: 'chain-of-thought' }) });
    assert.deepEqual(now(), [['asking', [['chain-of-thought', undefined, 'B']]]]);
    assert.equal(book.underWay.length, 1);
    book.take({ type: 'done', id: 'live' });
    assert.deepEqual(now(), [['done', [['chain-of-thought', undefined, 'B']]]]);
    assert.equal(book.underWay.length, 0);
  });

  it('keeps the answers of an Ask that was cancelled or failed, and forgets its end when told to', () => {
    for (const last of [{ type: 'cancelled', id: 'live' }, { type: 'failed', id: 'live', problems: [{ code: 'x', severity: 'error', message: 'no such model' }] }] as const) {
      const book = new AskBook();
      book.begin(begun);
      book.take({ type: 'text', id: 'live', sample, text: 'half' });
      book.take({ type: 'answered', id: 'live', sample: { ...sample, strategy: 'direct' }, record: askRecord({ ask: 'live' }) });
      book.take(last);
      const [answers] = book.answersOf('data/q.jsonl', 'hash-1');
      assert.equal(answers!.phase, last.type);
      assert.equal(answers!.message, last.type === 'failed' ? 'no such model' : undefined);
      assert.deepEqual(answers!.strategies.map(({ strategy, streaming }) => [strategy, streaming]), [['direct', undefined]]);
      book.forgetEnds();
      assert.equal(book.answersOf('data/q.jsonl', 'hash-1')[0]!.phase, 'done');
    }
  });

  it('ends what was asked of an engine that is gone', () => {
    const book = new AskBook();
    book.begin(begun);
    book.fail(['live', 'of another window'], 'killed');
    assert.deepEqual([book.answersOf('data/q.jsonl', 'hash-1')[0]!.message, book.underWay.length, book.ends], ['killed', 0, 1]);
  });

  it('shows a later Ask rather than how an earlier one ended', () => {
    const book = new AskBook();
    book.begin(begun);
    book.fail(['live'], 'killed');
    book.begin({ ...begun, id: 'again' });
    book.take({ type: 'answered', id: 'again', sample: { ...sample, strategy: 'direct' }, record: askRecord({ ask: 'again' }) });
    book.take({ type: 'done', id: 'again' });
    assert.deepEqual(book.answersOf('data/q.jsonl', 'hash-1').map(({ ask, phase }) => [ask, phase]), [['again', 'done']]);
  });

  it('lists the newest answers with a prompt file, kept and under way', () => {
    const book = new AskBook();
    book.keep(askRecord());
    book.keep(askRecord({ ask: 'ask-2' }));
    book.keep(askRecord({ ask: 'ask-3', cot: 'prompts/b.cot' }));
    book.keep(askRecord({ ask: 'ask-4', questionHash: 'hash-2', line: 2 }));
    assert.deepEqual(book.newestAskedWith('prompts/a.cot').map(({ ask }) => ask).sort(), ['ask-2', 'ask-4']);
    book.begin(begun);
    assert.deepEqual(book.newestAskedWith('prompts/a.cot').map(({ ask }) => ask).sort(), ['ask-4', 'live']);
    book.fail(['live'], 'it brought nothing');
    assert.deepEqual(book.newestAskedWith('prompts/a.cot').map(({ ask }) => ask).sort(), ['ask-2', 'ask-4']);
    assert.deepEqual(book.newestWith('prompts/a.cot')!.place, { questions: 'data/q.jsonl', hash: 'hash-1', line: 1 });
    assert.equal(book.newestWith('prompts/b.cot')!.answers.ask, 'ask-3');
    assert.equal(book.newestWith('prompts/c.cot'), undefined);
  });

  it('is empty when the file was cleared, but goes on with what is under way', () => {
    const book = new AskBook();
    book.keep(askRecord());
    book.begin(begun);
    book.clear();
    assert.deepEqual(book.answersOf('data/q.jsonl', 'hash-1').map(({ ask }) => ask), ['live']);
    assert.deepEqual([book.keptRecords, book.sets], [0, []]);
  });
});
