// Ids of jobs: sortable, legal everywhere.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isJobId, jobIdTime, makeJobId, slugOf } from '../../../src/runs/id';

describe('job ids', () => {
  const now = new Date('2026-03-04T05:06:07.890Z');

  it('say time, name and a suffix', () => {
    assert.equal(makeJobId(now, 'NEFTune α=5, seed 1', 'a0z9'), '20260304-050607-neftune-5-seed-1-a0z9');
    assert.deepEqual(jobIdTime('20260304-050607-neftune-5-seed-1-a0z9'), new Date('2026-03-04T05:06:07Z'));
  });

  it('of one name sort by time within a second', () => {
    const ids = Array.from({ length: 1000 }, (_, ms) => makeJobId(new Date(Date.UTC(2026, 0, 2, 3, 4, 5, ms)), 'evaluate'));
    assert.deepEqual([...ids].sort(), ids);
  });

  it('drop accents, and call what has no letters a job', () => {
    assert.equal(slugOf('Ménière’s disease'), 'meniere-s-disease');
    assert.equal(slugOf('病気'), 'job');
  });

  it('are legal and recognised for any name', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (name) => {
      const id = makeJobId(now, name);
      assert.match(id, /^[a-z0-9-]{22,62}$/);
      assert.ok(isJobId(id), id);
    }));
  });

  it('tell ids from other names', () => {
    for (const name of ['.tmp-x', '20260304-050607', '20260304-050607-a--b-abcd', 'notes']) assert.ok(!isJobId(name), name);
    assert.equal(jobIdTime('notes'), undefined);
  });
});
