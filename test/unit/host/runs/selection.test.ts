import assert from 'node:assert/strict';
import { selectedIds } from '../../../../src/host/runs/selection';

describe('selected runs', () => {
  it('are all that are selected when the clicked one is among them, else the clicked one', () => {
    assert.deepEqual(selectedIds({ id: 'a' }, [{ id: 'a' }, { id: 'b' }]), ['a', 'b']);
    assert.deepEqual(selectedIds({ id: 'c' }, [{ id: 'a' }, { id: 'b' }]), ['c']);
    assert.deepEqual(selectedIds('a', 'stop'), ['a']);
    assert.deepEqual(selectedIds(undefined, undefined), []);
  });
});
