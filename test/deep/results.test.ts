// Results as we write them, read by lm-evaluation-harness's own tools: a group, tasks with examples, options in every order.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { evaluateTasks, knownTaskFile, loadTasks, writeResults } from '../../src/engine/evaluate';
import { madeUpModel } from '../unit/engine/evaluate/made-up-model';
import { fixtures } from '../unit/engine/evaluate/task-files';
import { runScript } from './python';

describe('results in the layout of lm-evaluation-harness', () => {
  it('are read by its tools, which find the same scores in the samples', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'results-'));
    try {
      const { tasks, groups } = await loadTasks([knownTaskFile('multimedqa')!], { dataFolder: path.join(fixtures, 'multimedqa/data') });
      const results = await evaluateTasks(madeUpModel(), tasks, { groups, prompt: { fewshotCount: 2 }, rotateOptions: true });
      const file = await writeResults(folder, results, { startedMs: 0, finishedMs: 1500, checkpoint: 'step-1', version: '0' });
      const said = runScript('check_results.py', path.dirname(file));
      assert.match(said, /multimedqa/);
      console.log(`      ${said.trim().split('\n').at(-1)!}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
