// The feed reads real job folders: what was there, then what is added.
import assert from 'node:assert/strict';
import { appendFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { CurveFeed } from '../../../../src/host/curves/feed';
import { writeLabels } from '../../../../src/runs/labels';
import { withJob } from '../../runs/folder';

const line = (seq: number, step: number): string => `${JSON.stringify({
  schema: 1, seq, attempt: 1, wallMs: 0, elapsedMs: seq, type: 'metrics', step, tokens: step, metrics: { 'train/loss': 1 / step },
})}\n`;

describe('feed of curves', () => {
  it('takes in what is added, whole lines only', () => withJob(async (folder, root) => {
    const events = path.join(folder, 'events.jsonl');
    const feed = new CurveFeed(root, [path.basename(folder)]);
    appendFileSync(events, line(1, 1));
    assert.equal(await feed.look(), true);
    assert.equal(await feed.look(), false);
    appendFileSync(events, line(2, 2) + line(3, 3).slice(0, 20));
    assert.equal(await feed.look(), true);
    assert.deepEqual([...feed.runs[0]!.series['train/loss']!.step], [1, 2]);
    appendFileSync(events, line(3, 3).slice(20));
    assert.equal(await feed.look(), true);
    assert.deepEqual([...feed.runs[0]!.series['train/loss']!.step], [1, 2, 3]);
  }));

  it('says the name, a new name and the state', () => withJob(async (folder, root) => {
    const feed = new CurveFeed(root, [path.basename(folder)]);
    await feed.look();
    assert.deepEqual([feed.runs[0]!.name, feed.runs[0]!.state], ['Serve: "one" # two', 'created']);
    await writeLabels(folder, { name: 'Mine' });
    assert.equal(await feed.look(), true);
    assert.equal(feed.runs[0]!.name, 'Mine');
  }));

  it('keeps the curves of a run whose folder went away, and says so', () => withJob(async (folder, root) => {
    appendFileSync(path.join(folder, 'events.jsonl'), line(1, 1));
    const feed = new CurveFeed(root, [path.basename(folder)]);
    await feed.look();
    rmSync(folder, { recursive: true });
    assert.equal(await feed.look(), true);
    assert.equal(feed.runs[0]!.state, 'missing');
    assert.deepEqual([...feed.runs[0]!.series['train/loss']!.step], [1]);
  }));
});
