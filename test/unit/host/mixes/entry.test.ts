// The state of a mix from what is on disk, what the engine says and what jobs do; and its words.
import assert from 'node:assert/strict';
import type { MixBuild } from '../../../../src/protocol/mix-plan';
import { describeMix, formatBytes } from '../../../../src/host/mixes/describe';
import { contextWords, mixEntry, type MixFileFacts } from '../../../../src/host/mixes/entry';
import type { RunEntry } from '../../../../src/host/runs/entry';

const t = (message: string, ...values: (string | number)[]): string => message.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)]));
const build = (hash: string, builtAt: string): MixBuild => ({ hash, folder: `/m/${hash}`, builtAt, tokens: 262_000, documents: 5234, bytes: 1_048_576 });
const facts = (change: Partial<MixFileFacts> = {}): MixFileFacts => ({ file: '/w/a.mix.yaml', name: 'a', builds: [], ...change });
const job = (state: RunEntry['reading']['state'], at: string): RunEntry => ({
  id: 'x', folder: '/r/x', kind: 'mix', name: 'a', labels: { schema: 1 }, steps: [], progress: { checkpointStep: 0, activity: { label: 'Reading $(flame)', done: 64 } },
  reading: { state, alive: state === 'running', liveness: state === 'running' ? 'alive' : 'dead', attempt: 1, at, host: 'h', pid: 1 },
});

describe('state of a mix', () => {
  const builds = [build('bbbbbbbbbbbb', '2026-02-02T00:00:00.000Z'), build('aaaaaaaaaaaa', '2026-01-01T00:00:00.000Z')];

  it('is never built, built, out of date, building, or not checked', () => {
    assert.equal(mixEntry(facts(), { hash: 'aaaaaaaaaaaa' }, []).state, 'never');
    const built = mixEntry(facts({ builds }), { hash: 'aaaaaaaaaaaa' }, []);
    assert.deepEqual([built.state, built.current!.hash], ['built', 'aaaaaaaaaaaa'], 'an older build may be the one the file gives now');
    assert.equal(mixEntry(facts({ builds }), { hash: 'cccccccccccc' }, []).state, 'outOfDate');
    assert.equal(mixEntry(facts({ builds }), undefined, []).state, 'unchecked');
    assert.equal(mixEntry(facts({ builds }), { hash: 'aaaaaaaaaaaa' }, [job('running', '2026-03-03T00:00:00.000Z')]).state, 'building');
  });

  it('remembers a build that failed until a newer one is there', () => {
    assert.equal(mixEntry(facts({ builds }), undefined, [job('failed', '2026-03-03T00:00:00.000Z')]).lastFailure?.reading.state, 'failed');
    assert.equal(mixEntry(facts({ builds }), undefined, [job('failed', '2026-01-15T00:00:00.000Z')]).lastFailure, undefined);
    assert.equal(mixEntry(facts({ builds }), undefined, [job('done', '2026-03-03T00:00:00.000Z')]).lastFailure, undefined);
  });

  it('decides which actions fit', () => {
    assert.equal(contextWords(mixEntry(facts(), undefined, [])), 'mix never buildable');
    assert.equal(contextWords(mixEntry(facts({ builds }), { hash: 'aaaaaaaaaaaa' }, [])), 'mix built current hasManifest');
    assert.equal(contextWords(mixEntry(facts(), undefined, [job('running', '')])), 'mix building cancellable');
  });

  it('reads as words, in which no name becomes an icon', () => {
    assert.equal(describeMix(mixEntry(facts({ builds }), { hash: 'bbbbbbbbbbbb' }, []), t), 'built · 262k tokens · 5234 documents · 1.05 MB');
    assert.equal(describeMix(mixEntry(facts(), undefined, [job('running', '')]), t), 'building · Reading $\u200b(flame) 64');
    assert.equal(describeMix(mixEntry(facts({ problem: 'x' }), undefined, [job('stopped', '9')]), t), 'cannot be built · never built · last build stopped');
    assert.deepEqual([0, 999, 1000, 1_234_567, 5e12].map(formatBytes), ['0 B', '999 B', '1 kB', '1.23 MB', '5 TB']);
  });
});
