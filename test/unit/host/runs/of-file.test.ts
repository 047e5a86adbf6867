import assert from 'node:assert/strict';
import { jobsOfFile, storedName, trainingsIn } from '../../../../src/host/runs/of-file';
import type { RunEntry } from '../../../../src/host/runs/entry';
import { entry } from './made-up-entry';

describe('runs of a file', () => {
  it('are those whose job names it, a study standing for its trainings', () => {
    const study = entry('s', { kind: 'study', file: 'a.study.yaml', steps: [{ step: 'one', state: 'done', job: 't' }, { step: 'two', state: 'done', job: 'e' }] });
    const all = [study, entry('t'), entry('e', { kind: 'evaluate' })];
    const find = (id: string): RunEntry | undefined => all.find((one) => one.id === id);
    assert.deepEqual(trainingsIn(jobsOfFile(all, '/w', '/w/a.study.yaml'), find), ['t']);
    assert.equal(storedName('/w', '/w/runs/a.run.yaml'), 'runs/a.run.yaml');
    assert.equal(storedName('/w', '/elsewhere/a.run.yaml'), '/elsewhere/a.run.yaml');
  });
});
