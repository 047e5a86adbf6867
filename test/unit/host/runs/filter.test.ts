import assert from 'node:assert/strict';
import { matchesFilter, parseTags } from '../../../../src/host/runs/filter';
import type { RunEntry } from '../../../../src/host/runs/entry';
import { entry } from './made-up-entry';

const nothing = (): undefined => undefined;

describe('the filter of the Runs view', () => {
  const run = entry('a1', { name: 'Clinical CPT', file: 'runs/cpt.run.yaml', labels: { schema: 1, tags: ['Paper', 'keep'] }, state: 'failed' });

  it('wants every word, in the name, state, kind, tags, file or id', () => {
    for (const text of ['', 'clinical', 'cpt failed', 'train pap', 'runs/cpt', 'a1 #paper', '#KEEP']) assert.ok(matchesFilter(run, text, nothing), text);
    for (const text of ['clinical done', '#pap', 'other']) assert.ok(!matchesFilter(run, text, nothing), text);
  });

  it('keeps a study one of whose steps fits', () => {
    const study = entry('s', { kind: 'study', steps: [{ step: 'cpt', state: 'failed', job: 'a1' }, { step: 'later', state: 'waiting' }] });
    const find = (id: string): RunEntry | undefined => (id === 'a1' ? run : undefined);
    assert.ok(matchesFilter(study, 'clinical failed', find));
    assert.ok(matchesFilter(study, 'later', find));
    assert.ok(!matchesFilter(study, 'later failed', find));
  });

  it('reads tags as people write them', () => {
    assert.deepEqual(parseTags(' a, #b c ,, a,#'), ['a', 'b c']);
  });
});
