import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fenced, oneLine, shortened, tailOfLine } from '../../../../src/host/prompts/texts';

const pieces = fc.array(fc.constantFrom('a', 'word', ' ', '\n', '\r', '\t', '\u0000', '\u2028', '\u202E', '\u2066', '\u200B', '\uFEFF', '🫀', 'é', '界')).map((parts) => parts.join(''));

describe('texts of models', () => {
  it('stand on one line of at most so many characters', () => {
    fc.assert(fc.property(pieces, fc.integer({ min: 2, max: 40 }), (text, most) => {
      for (const line of [oneLine(text, most), tailOfLine(text, most)]) {
        assert.ok(Array.from(line).length <= most);
        assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u);
      }
    }));
    assert.equal(oneLine('one two three', 8), 'one two…');
    assert.equal(tailOfLine('one two three', 8), '…o three');
  });

  it('stay inside their fence, whatever fences they hold', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('`', '``', '```', '````', '\n', '```text', '[x](command:y)', '<b>')).map((parts) => parts.join('')), (text) => {
      const lines = fenced(text).split('\n');
      const fence = /^`+/.exec(lines[0]!)![0];
      assert.equal(lines[0], `${fence}text`);
      assert.equal(lines.at(-2), fence);
      assert.equal(lines.slice(1, -2).join('\n'), text);
      // No run within is as long: nothing closes it early.
      assert.ok(!text.includes(fence));
    }));
  });

  it('are cut at a word when long, and that is said', () => {
    assert.equal(shortened('short', 10, 'More.'), 'short');
    assert.equal(shortened('one two three four', 12, 'More.'), 'one two …\nMore.');
  });
});
