import assert from 'node:assert/strict';
import { inheritRestrictions } from '../../../../src/engine/train/origin';

describe('restrictions of a checkpoint', () => {
  it('are the stricter ones of its mix and its base', () => {
    const open = { egress: 'allowed', phi: 'none' } as const;
    const closed = { egress: 'never', phi: 'present' } as const;
    assert.deepEqual(inheritRestrictions(open, closed), closed);
    assert.deepEqual(inheritRestrictions(closed, open), closed);
    assert.deepEqual(inheritRestrictions({ egress: 'never', phi: 'deidentified' }, { egress: 'allowed', phi: 'unknown' }), { egress: 'never', phi: 'unknown' });
  });

  it('are those of the mix when the base has no record', () => {
    assert.deepEqual(inheritRestrictions({ egress: 'never', phi: 'unknown' }, undefined), { egress: 'never', phi: 'unknown' });
  });
});
