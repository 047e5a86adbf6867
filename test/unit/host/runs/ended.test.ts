import assert from 'node:assert/strict';
import { endedRuns } from '../../../../src/host/runs/ended';
import type { RunState } from '../../../../src/host/runs/entry';
import { entry } from './made-up-entry';

describe('runs that ended', () => {
  it('are those that worked at the last look, but for steps of a study, mixes and what was asked to stop', () => {
    const before = new Map<string, RunState>([['done', 'running'], ['lost', 'running'], ['stopped', 'running'], ['step', 'running'], ['mix', 'running'], ['old', 'done']]);
    const entries = [
      entry('done'), entry('lost', { state: 'lost' }), entry('stopped', { state: 'stopped' }), entry('step'), entry('mix', { kind: 'mix' }), entry('old'), entry('new'),
    ];
    assert.deepEqual(endedRuns(before, entries, (id) => id === 'step').map(({ id }) => id), ['done', 'lost']);
  });
});
