// Text from tokens as they come: the pieces join to the whole text, cut at the first stop string.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TextAssembler } from '../../../../src/engine/inference/text-assembler';
import type { Tokenizer } from '../../../../src/engine/tokenizer';
import { smallTokenizer } from './tokenizers';

describe('text from tokens', () => {
  let tokenizer: Tokenizer;
  before(async () => { tokenizer = await smallTokenizer(); });

  function assemble(ids: readonly number[], stop: readonly string[] = []): { pieces: string[]; stopped: boolean } {
    const text = new TextAssembler(tokenizer, stop);
    const pieces: string[] = [];
    for (const id of ids) {
      pieces.push(text.push(id));
      if (text.stopped) break;
    }
    pieces.push(text.finish());
    return { pieces, stopped: text.stopped };
  }

  it('joins to what all tokens decode to, whole characters or not', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 299 }), { maxLength: 25 }), (ids) => {
      assert.equal(assemble(ids).pieces.join(''), tokenizer.decode(ids));
    }));
  });

  it('never shows half a character', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\ufffd')), (text) => {
      const { pieces } = assemble(tokenizer.encode(text));
      assert.ok(pieces.every((piece) => !piece.includes('\ufffd')), JSON.stringify(pieces));
      assert.equal(pieces.join(''), text);
    }));
  });

  it('ends with the token that completes a stop string, before the first of them, and shows nothing of it', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'ü'), maxLength: 30 });
    fc.assert(fc.property(letters, fc.array(letters.filter((stop) => stop.length > 0 && stop.length < 4), { maxLength: 3 }), (text, stop) => {
      const ids = tokenizer.encode(text);
      // `a` ends `bab` before a stop string `bab` is there.
      const ended = ids.map((_, index) => tokenizer.decode(ids.slice(0, index + 1))).find((sofar) => stop.some((one) => sofar.includes(one)));
      const { pieces, stopped } = assemble(ids, stop);
      assert.equal(stopped, ended !== undefined);
      assert.equal(pieces.join(''), ended === undefined ? text : ended.slice(0, Math.min(...stop.map((one) => ended.indexOf(one)).filter((at) => at >= 0))));
    }), { examples: [['bab', ['bab', 'a']]] });
  });

  it('gives text as soon as it can not be a stop string', () => {
    const text = new TextAssembler(tokenizer, ['END']);
    const pieces = ['x', 'E', 'N', 'x'].map((letter) => text.push(tokenizer.encode(letter)[0]!));
    assert.deepEqual(pieces, ['x', '', '', 'ENx']);
  });
});
