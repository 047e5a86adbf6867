import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AskBook } from '../../../../src/host/prompts/book';
import { describeAsks, describeJob, explainJob } from '../../../../src/host/prompts/describe';
import { readScores, ScoresReader } from '../../../../src/host/prompts/results';
import type { RunEntry } from '../../../../src/host/runs/entry';
import { askRecord, english } from './records';

const summary = JSON.stringify({ schema: 1, model: 'sample@0123abc', strategies: { 'direct': { n: 36, accuracy: 0.6111 }, 'chain-of-thought': { n: 36, accuracy: 0 } } });

function entryOf(state: RunEntry['reading']['state']): RunEntry {
  return {
    id: 'id', folder: '/f', kind: 'prompt', name: 'tested', steps: [], labels: { schema: 1 },
    reading: { state, alive: state === 'running', liveness: 'alive', attempt: 1, host: 'h', pid: 1 } as RunEntry['reading'],
    progress: { step: undefined, checkpointStep: 0, activity: { label: 'answers', done: 12, total: 108 } } as unknown as RunEntry['progress'],
  };
}

describe('the words of the Prompts view', () => {
  it('give the accuracy of each strategy, or how far the job is', () => {
    const scores = readScores(summary);
    assert.equal(describeJob(entryOf('done'), scores, english), 'direct 61.1 % · chain-of-thought 0.0 %');
    assert.equal(describeJob(entryOf('running'), undefined, english), 'answers 12/108');
    assert.equal(explainJob(entryOf('done'), scores, english), 'tested\nModel: sample\ndirect: 61.1 % of 36 questions\nchain-of-thought: 0.0 % of 36 questions\nid');
  });

  it('count the newest answer to each question', () => {
    const book = new AskBook();
    book.keep(askRecord());
    book.keep(askRecord({ ask: 'ask-2', letter: 'A', questionHash: 'hash-2' }));
    assert.equal(describeAsks(book.newestAskedWith('prompts/a.cot'), english), '2 questions · direct 1/2 right');
  });

  it('take no scores from what is no summary', () => {
    for (const text of ['', '[]', '{"model":1}', '{"model":"m","strategies":null}']) assert.equal(readScores(text), undefined);
    assert.deepEqual(readScores('{"model":"m","strategies":{"direct":{"n":"many"}}}')?.strategies, []);
  });

  it('read a summary again when it changed', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'preclinical-scores-'));
    try {
      const reader = new ScoresReader();
      assert.equal(await reader.read(folder), undefined);
      mkdirSync(path.join(folder, 'results'));
      writeFileSync(path.join(folder, 'results', 'summary.json'), summary);
      assert.equal((await reader.read(folder))?.strategies.length, 2);
      writeFileSync(path.join(folder, 'results', 'summary.json'), '{"model":"other","strategies":{}}');
      assert.equal((await reader.read(folder))?.model, 'other');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
