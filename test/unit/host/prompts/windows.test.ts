import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isCovered, linesOf, linesWorthwhile, shortDocumentLines } from '../../../../src/host/prompts/windows';

describe('lines worth a lens', () => {
  it('are all of a short document', () => {
    assert.deepEqual(linesWorthwhile(3, []), [{ start: 0, end: 3 }]);
    assert.deepEqual(linesWorthwhile(shortDocumentLines, [{ start: 5, end: 6 }]), [{ start: 0, end: shortDocumentLines }]);
    assert.deepEqual(linesWorthwhile(0, []), []);
  });

  it('are those around what is visible of a long one', () => {
    assert.deepEqual(linesWorthwhile(50_000, [{ start: 1000, end: 1040 }]), [{ start: 900, end: 1141 }]);
    assert.deepEqual(linesWorthwhile(50_000, [{ start: 0, end: 40 }, { start: 49_990, end: 49_999 }]), [{ start: 0, end: 141 }, { start: 49_890, end: 50_000 }]);
    assert.deepEqual(linesWorthwhile(50_000, []), []);
  });

  it('hold everything visible, each line once, and few more', () => {
    const range = fc.record({ start: fc.nat(49_000), length: fc.nat(80) }).map(({ start, length }) => ({ start, end: Math.min(49_999, start + length) }));
    fc.assert(fc.property(fc.array(range, { maxLength: 4 }), (visible) => {
      const ranges = linesWorthwhile(50_000, visible);
      assert.ok(isCovered(visible, ranges));
      const lines = linesOf(ranges);
      assert.equal(new Set(lines).size, lines.length);
      assert.ok(lines.length <= visible.length * 282);
    }));
  });

  it('have to be looked for again when one scrolls out of them', () => {
    assert.equal(isCovered([{ start: 10, end: 20 }], [{ start: 0, end: 21 }]), true);
    assert.equal(isCovered([{ start: 10, end: 21 }], [{ start: 0, end: 21 }]), false);
  });
});
