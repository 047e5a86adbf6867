// From a stretch of a document's text to its place in the file: what stands there, decoded, is the stretch.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stretchInFile, stretchInLine } from '../../../../src/host/findings/text-place';

/** As documents are read: line ends and the blank around them are not their own. */
const asRead = (text: string): string => text.replaceAll('\r\n', '\n').trim();
const piece = fc.constantFrom('a', 'é', '😀', '"', '\\', '\n', '\r\n', '\t', ' ', '\u2028', 'text', '{', '}', ':', ',');
const text = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(''));
const stretchOf = (read: string, a: number, b: number) => ({ start: Math.min(a, b) % (read.length + 1), end: Math.max(Math.min(a, b) % (read.length + 1), Math.max(a, b) % (read.length + 1)) });

describe('the place of a finding', () => {
  it('is that of its characters in a text file, whatever its line ends', () => {
    fc.assert(fc.property(text, fc.nat(100), fc.nat(100), (raw, a, b) => {
      const read = asRead(raw);
      const stretch = stretchOf(read, a, b);
      const { start, end } = stretchInFile(raw, stretch);
      assert.equal(raw.slice(start, end).replaceAll('\r\n', '\n'), read.slice(stretch.start, stretch.end));
    }));
    assert.deepEqual(stretchInLine('   Seen on 03/04.', { start: 8, end: 13 }), { start: 11, end: 16 });
  });

  it('is that of its escaped characters in the string of a JSON line, whatever else the record holds', () => {
    const escaped = fc.boolean();
    fc.assert(fc.property(text, text, fc.nat(100), fc.nat(100), escaped, fc.boolean(), (raw, other, a, b, ascii, first) => {
      const record = { ...(first ? {} : { before: other, nested: { text: other }, list: ['text', other] }), text: raw, after: other };
      const plain = JSON.stringify(record, undefined, first ? 1 : undefined).replaceAll('\n', ' ');
      const line = ascii ? plain.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`) : plain;
      const read = asRead(raw);
      const stretch = stretchOf(read, a, b);
      const place = stretchInLine(line, stretch, 'text')!;
      assert.equal((JSON.parse(`"${line.slice(place.start, place.end)}"`) as string).replaceAll('\r\n', '\n'), read.slice(stretch.start, stretch.end));
    }));
  });

  it('is none where the record has no such string', () => {
    assert.equal(stretchInLine('{"text": 5, "b": {"text": "x"}}', { start: 0, end: 1 }, 'text'), undefined);
    assert.equal(stretchInLine('not json', { start: 0, end: 1 }, 'text'), undefined);
  });
});
