// Where context ends and continuation begins, in tokens.
import assert from 'node:assert/strict';
import { UserError } from '../../../../src/base/errors/problem';
import { encodePair } from '../../../../src/engine/inference/encode-pair';
import type { Tokenizer } from '../../../../src/engine/tokenizer';
import { smallTokenizer } from './tokenizers';

describe('context and continuation', () => {
  let plain: Tokenizer;
  let withBegin: Tokenizer;
  before(async () => { plain = await smallTokenizer(); withBegin = await smallTokenizer('<s>'); });

  it('join to the tokens of the whole text, cut where the context ends', () => {
    const pair = encodePair(plain, { context: 'Which of the following is the answer?', continuation: ' B' });
    assert.deepEqual(pair.context, plain.encode('Which of the following is the answer?'));
    assert.deepEqual([...pair.context, ...pair.continuation], plain.encode('Which of the following is the answer? B'));
  });

  it('give spaces at the end of the context to the continuation', () => {
    for (const space of [' ', '  ', '\n', ' \u00a0', '\x1c']) {
      const moved = encodePair(plain, { context: `Answer:${space}`, continuation: 'B' });
      assert.deepEqual(moved, encodePair(plain, { context: 'Answer:', continuation: `${space}B` }));
      assert.deepEqual(moved.context, plain.encode('Answer:'));
    }
  });

  it('are cut by count even when the border falls inside a token', () => {
    const before = plain.encode('The a');
    const whole = plain.encode('The answer is B');
    assert.notDeepEqual(whole.slice(0, before.length), before, 'the border falls between tokens');
    assert.deepEqual(encodePair(plain, { context: 'The a', continuation: 'nswer is B' }), { context: before, continuation: whole.slice(before.length) });
  });

  it('stand on BOS, or on EOS without one, when there is no context', () => {
    assert.deepEqual(encodePair(plain, { context: '', continuation: 'B' }), { context: [plain.endId], continuation: plain.encode('B') });
    assert.deepEqual(encodePair(withBegin, { context: '', continuation: 'B' }), { context: [withBegin.beginId], continuation: withBegin.encode('B') });
    assert.deepEqual(encodePair(plain, { context: ' ', continuation: 'B' }), { context: [plain.endId], continuation: plain.encode(' B') });
  });

  it('begin with what the tokenizer adds, but never with BOS twice', () => {
    const expected = [withBegin.beginId!, ...withBegin.encode('Answer:')];
    assert.deepEqual(encodePair(withBegin, { context: 'Answer:', continuation: ' B' }).context, expected);
    assert.deepEqual(encodePair(withBegin, { context: '<s>Answer:', continuation: ' B' }).context, expected);
    assert.deepEqual(encodePair(withBegin, { context: '', continuation: '<s>B' }), { context: [withBegin.beginId], continuation: withBegin.encode('B') });
  });

  it('need a token to score', () => {
    assert.throws(() => encodePair(plain, { context: 'Answer:', continuation: '' }), UserError);
    assert.throws(() => encodePair(plain, { context: 'The ans', continuation: 'wer' }), UserError);
  });
});
