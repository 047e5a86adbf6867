// Properties of the byte-level BPE: deterministic, ties by the stated rule, any string there and back.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { loadTokenizer, saveTokenizer, trainByteLevelBpe, type Tokenizer } from '../../../../src/engine/tokenizer';
import { preTokenize } from '../../../../src/engine/tokenizer/pre-tokenize';

const specialTokens = { begin: '<s>', end: '</s>' };

function mergesOf(texts: readonly string[], vocabularySize: number, minimumFrequency?: number): string[] {
  const files = trainByteLevelBpe(texts, { vocabularySize, specialTokens, ...(minimumFrequency === undefined ? {} : { minimumFrequency }) });
  return (JSON.parse(files['tokenizer.json']) as { model: { merges: string[] } }).model.merges;
}

describe('trainByteLevelBpe', () => {
  it('merges the most frequent pair first, and of equals the one with the smaller ids', () => {
    // a b three times, c d twice, e f twice: then the longer pieces.
    assert.deepEqual(mergesOf(['ab', 'ab', 'ab', 'ef', 'ef', 'cd', 'cd'], 270), ['a b', 'c d', 'e f']);
  });

  it('counts overlapping pairs left to right', () => {
    // `aaaa` holds the pair three times but merges it twice; what is left is one pair of the merged token, below the minimum.
    assert.deepEqual(mergesOf(['aaaa'], 300), ['a a']);
    assert.deepEqual(mergesOf(['aaaa', 'aaaa'], 300), ['a a', 'aa aa']);
  });

  it('never merges over the edge of a piece, nor what is rarer than the minimum', () => {
    assert.deepEqual(mergesOf(['x y x y x y'], 300, 2), ['Ġ y', 'Ġ x']);
    assert.deepEqual(mergesOf(['x y x y x y'], 300, 3), ['Ġ y']);
  });

  it('numbers its tokens without gaps', () => {
    const files = trainByteLevelBpe(['abc', 'abc', 'abc', 'bc', 'bc', 'xab', 'xab'], { vocabularySize: 300, specialTokens });
    const { model } = JSON.parse(files['tokenizer.json']) as { model: { vocab: Record<string, number> } };
    const ids = Object.values(model.vocab);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(Math.max(...ids), ids.length - 1);
  });

  it('depends on the texts alone, not on their order', () => {
    const texts = ['The patient has fever.', 'The patient has a cough.', 'Fieber und Husten.'];
    assert.deepEqual(mergesOf(texts, 300), mergesOf([...texts].reverse(), 300));
  });

  it('refuses a vocabulary too small for the bytes', () => {
    assert.throws(() => trainByteLevelBpe(['a'], { vocabularySize: 256, specialTokens }), /at least 258/);
  });

  it('cuts text into pieces that are the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      const pieces = preTokenize(text);
      assert.equal(pieces.join(''), text);
      assert.ok(pieces.every((piece) => piece.length > 0));
    }));
  });
});

describe('a tokenizer trained here', () => {
  let folder: string;
  let tokenizer: Tokenizer;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'preclinical-tokenizer-'));
    await saveTokenizer(trainByteLevelBpe(['the patient has the fever', 'the other patient'], { vocabularySize: 280, specialTokens }), folder);
    tokenizer = await loadTokenizer(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('gets any string back', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
      assert.equal(tokenizer.decode(tokenizer.encode(text), { keepSpecialTokens: true }), text);
    }));
  });

  it('puts BOS before a text when special tokens are asked for', () => {
    assert.deepEqual(tokenizer.encode('fever', { addSpecialTokens: true }), [tokenizer.beginId, ...tokenizer.encode('fever')]);
  });

  it('reads special tokens in a document as the characters they are written with', () => {
    const text = '</s>fever<s>';
    const ids = tokenizer.encode(text, { specialTokensAsText: true, addSpecialTokens: true });
    assert.equal(ids.indexOf(tokenizer.endId), -1);
    assert.equal(ids.lastIndexOf(tokenizer.beginId!), 0);
    assert.equal(tokenizer.decode(ids), text);
    assert.equal(tokenizer.encode(text)[0], tokenizer.endId);
  });

  it('leaves special tokens out of decoded text unless asked', () => {
    const ids = [tokenizer.beginId!, ...tokenizer.encode('fever'), tokenizer.endId];
    assert.equal(tokenizer.decode(ids), 'fever');
    assert.equal(tokenizer.decode(ids, { keepSpecialTokens: true }), '<s>fever</s>');
    assert.equal(tokenizer.decode([]), '');
  });

  it('counts every id in its vocabulary', () => {
    assert.equal(tokenizer.vocabularySize, 258 + mergesOf(['the patient has the fever', 'the other patient'], 280).length);
    assert.deepEqual([...tokenizer.specialTokens], [['<s>', 0], ['</s>', 1]]);
    assert.equal(tokenizer.padId, tokenizer.endId);
  });
});
