// The lock in one process, with holders declared dead by the test.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { UserError } from '../../../src/base/errors/problem';
import { acquireLock, type Lock } from '../../../src/runs/lock/acquire';
import { createLock, type LockHolder, readLock } from '../../../src/runs/lock/file';
import { withRoot } from './folder';

const self = (token: string): Omit<LockHolder, 'id'> => ({ host: 'h', bootId: 'b', pid: 1, token, at: '2026-01-01T00:00:00Z' });
const locks = (folder: string): string[] => readdirSync(folder).filter((name) => name.startsWith('lock'));
const isLocked = (error: unknown): boolean => error instanceof UserError && error.problems[0]!.code === 'job-locked';

describe('a lock with takeover from the dead', () => {
  it('is held by one, released, and taken by the next', () => withRoot(async (folder) => {
    const first = await acquireLock(folder, self('a'), () => Promise.resolve(false));
    assert.ok(first.isHeld());
    await assert.rejects(acquireLock(folder, self('b'), () => Promise.resolve(false)), isLocked);
    first.release();
    const second = await acquireLock(folder, self('b'), () => Promise.resolve(false));
    first.release();
    assert.ok(second.isHeld() && !first.isHeld());
    assert.equal(second.takenFrom, undefined);
  }));

  it('goes from a dead holder to exactly one, however the takers interleave', () => withRoot(async (root) => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(4), { minLength: 2, maxLength: 6 }), fc.uuid(), async (waits, name) => {
      const folder = path.join(root, name);
      const living = new Set<string>();
      mkdirSync(folder);
      await acquireLock(folder, self('dead'), () => Promise.resolve(false));
      const outcomes = await Promise.allSettled(waits.map(async (turns, index) => {
        living.add(String(index));
        return acquireLock(folder, self(String(index)), async (holder) => {
          for (let turn = 0; turn < turns; turn++) await nextTurn();
          return !living.has(holder.token);
        });
      }));
      const winners = outcomes.flatMap((one) => one.status === 'fulfilled' ? [one.value] : []);
      assert.equal(winners.length, 1);
      assert.ok(outcomes.every((one) => one.status === 'fulfilled' || isLocked(one.reason)));
      assert.equal(winners[0]!.takenFrom?.token, 'dead');
      assert.deepEqual(locks(folder), ['lock']);
      assert.ok(winners[0]!.isHeld());
    }), { numRuns: 12 });
  }));

  it('goes on along a chain of successors that died before they were first', () => withRoot(async (folder) => {
    const head = path.join(folder, 'lock');
    const holder = (id: string): LockHolder => ({ id, ...self(id) });
    createLock(head, holder('aa'));
    createLock(`${head}.aa`, holder('bb'));
    createLock(`${head}.bb`, holder('cc'));
    createLock(`${head}.77`, holder('dd'));
    await assert.rejects(acquireLock(folder, self('x'), (one) => Promise.resolve(one.id !== 'cc')), isLocked);
    const lock: Lock = await acquireLock(folder, self('x'), () => Promise.resolve(true));
    assert.equal(lock.takenFrom?.id, 'cc');
    assert.deepEqual(locks(folder), ['lock']);
    assert.equal(readLock(head)?.token, 'x');
  }));

  it('is taken from a file that says nothing', () => withRoot(async (folder) => {
    writeFileSync(path.join(folder, 'lock'), '');
    const lock = await acquireLock(folder, self('x'), (holder) => Promise.resolve(holder.host === ''));
    assert.ok(lock.isHeld());
  }));
});
