import assert from 'node:assert/strict';
import { groupEvaluations } from '../../../../src/host/evaluations/groups';
import type { RunEntry } from '../../../../src/host/runs/entry';
import { entry } from '../runs/made-up-entry';

describe('evaluations', () => {
  it('are grouped by their run, the group with the newest first, archived ones apart', () => {
    const evaluation = (id: string, of: string | undefined, archived = false): RunEntry =>
      entry(id, { kind: 'evaluate', labels: { schema: 1, archived }, ...(of === undefined ? {} : { of }) });
    const entries = [evaluation('4', 'b'), evaluation('3', undefined), evaluation('2', 'a', true), evaluation('1', 'b'), entry('a')];
    const shown = (archived: boolean): unknown => groupEvaluations(entries, archived).map(({ of, evaluations }) => [of, evaluations.map(({ id }) => id)]);
    assert.deepEqual(shown(false), [['b', ['4', '1']], [undefined, ['3']]]);
    assert.deepEqual(shown(true), [['b', ['4', '1']], [undefined, ['3']], ['a', ['2']]]);
  });
});
