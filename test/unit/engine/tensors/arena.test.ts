// The arena against a plain model: pieces never overlap, stay inside what was given, and what is given back is found again.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Arena } from '../../../../src/engine/tensors/arena';

const limit = 2 ** 30;

/** An arena over one memory that only grows, as tfjs's does. */
function arenaOver(bytes: number): { arena: Arena; given: { from: number; bytes: number }[] } {
  let length = 1000;
  const given: { from: number; bytes: number }[] = [];
  const arena = new Arena((wanted) => {
    if (length + wanted > bytes) return undefined;
    given.push({ from: length, bytes: wanted });
    length += wanted + 24;
    return length - wanted - 24;
  }, () => bytes - length);
  return { arena, given };
}

describe('the arena of large tensors', () => {
  it('gives pieces that do not overlap and lie in what it was given', () => {
    const step = fc.record({ bytes: fc.integer({ min: 1, max: 2 ** 27 }), release: fc.option(fc.nat(), { nil: undefined }) });
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { arena, given } = arenaOver(limit);
      const held: { from: number; bytes: number }[] = [];
      for (const { bytes, release } of steps) {
        const from = arena.take(bytes);
        if (from !== undefined) {
          assert.equal(from % 64, 0);
          assert.ok(given.some((stretch) => stretch.from <= from && from + bytes <= stretch.from + stretch.bytes), 'inside');
          for (const other of held) assert.ok(from + bytes <= other.from || other.from + other.bytes <= from, 'apart');
          held.push({ from, bytes });
        }
        if (release !== undefined && held.length > 0) assert.ok(arena.giveBack(held.splice(release % held.length, 1)[0]!.from));
      }
      assert.equal(arena.giveBack(1), false);
      for (const { from } of held) assert.ok(arena.giveBack(from));
      const before = given.length;
      for (const { bytes } of [...given].sort((a, b) => b.bytes - a.bytes)) assert.ok(arena.take(bytes - 128) !== undefined, 'joined again');
      assert.equal(given.length, before, 'nothing more was needed');
    }));
  });

  it('finds room inside when the memory cannot grow', () => {
    const { arena } = arenaOver(limit);
    const [first] = [arena.take(2 ** 29), arena.take(2 ** 28)];
    assert.equal(arena.take(2 ** 29), undefined);
    arena.giveBack(first!);
    assert.equal(arena.take(2 ** 29 - 2 ** 20), first);
  });

  it('has room for one large piece where small ones were', () => {
    const { arena } = arenaOver(limit);
    const small: number[] = [];
    for (let from = arena.take(2 ** 22); from !== undefined; from = arena.take(2 ** 22)) small.push(from);
    assert.ok(small.length > 200);
    for (const from of small) arena.giveBack(from);
    assert.notEqual(arena.take(0.45 * limit), undefined);
  });
});
