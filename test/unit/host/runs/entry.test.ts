import assert from 'node:assert/strict';
import { contextWords, currentRun, type RunEntry, stepEntries, type StepNote } from '../../../../src/host/runs/entry';
import type { JobReading } from '../../../../src/runs/state';

const reading = (state: JobReading['state'], alive = state === 'running'): JobReading =>
  ({ state, alive, liveness: alive ? 'alive' : 'dead', attempt: 1, at: '2026-01-02T03:04:05Z', host: 'here', pid: 1 });
const entry = (id: string, more: Partial<RunEntry> = {}): RunEntry =>
  ({ id, folder: `/r/${id}`, kind: 'train', name: id, reading: reading('running'), labels: { schema: 1 }, progress: { checkpointStep: 0 }, steps: [], ...more });

describe('steps of a study', () => {
  const notes = new Map<string, StepNote>([['base', { state: 'done', job: 'a' }], ['tuned', { state: 'running', job: 'b' }]]);
  const states = (alive: boolean, of: JobReading | undefined): string[] =>
    stepEntries(['base', 'tuned', 'scores'], notes, alive, (job) => (job === 'b' ? of : reading('done'))).map(({ state }) => state);

  it('are what the study says while it works', () => {
    assert.deepEqual(states(true, reading('running')), ['done', 'running', 'waiting']);
  });

  it('are still running when the first of a step\'s jobs is done and the next is not there yet', () => {
    assert.equal(states(true, reading('done'))[1], 'running');
  });

  it('follow their own jobs when the study was killed', () => {
    assert.equal(states(false, reading('running'))[1], 'running', 'a job that goes on by itself');
    assert.equal(states(false, reading('done'))[1], 'done');
    assert.equal(states(false, reading('lost'))[1], 'lost');
    assert.equal(states(false, undefined)[1], 'lost', 'a job whose folder is gone');
  });
});

describe('the words of a run that menus look at', () => {
  it('offer a stop to what works and a resume to what ended early', () => {
    assert.equal(contextWords(entry('a')), 'job train running alive unstarred unarchived');
    assert.equal(contextWords(entry('a', { reading: reading('lost'), labels: { schema: 1, star: true, archived: true } })), 'job train lost resumable starred archived');
    assert.match(contextWords(entry('a', { reading: reading('done') })), /\bended\b/);
  });
});

describe('the current run', () => {
  it('is the newest training that works, before its study', () => {
    const all = [entry('3', { kind: 'study' }), entry('2', { reading: reading('done') }), entry('1'), entry('0')];
    assert.equal(currentRun(all)?.id, '1');
  });

  it('is nothing when nothing works', () => {
    assert.equal(currentRun([entry('1', { reading: reading('lost') })]), undefined);
  });
});
