// Our shipped tasks against lm-evaluation-harness itself on the same files: prompts, continuations, targets, hashes,
// per-item scores, means and standard errors, as written by test/reference/make_harness.py.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { evaluateTasks, loadTask } from '../../../../src/engine/evaluate';
import { sha256 } from '../../../../src/engine/evaluate/documents';
import { madeUpModel } from './made-up-model';
import { fixtures, shippedTask, temporaryFolder } from './task-files';

interface HarnessCase {
  readonly title: string;
  readonly task: string;
  readonly files: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly samples: readonly {
    readonly context: string; readonly continuations: readonly string[]; readonly target: string;
    readonly doc_hash: string; readonly prompt_hash: string; readonly target_hash: string; readonly acc: number; readonly acc_norm?: number;
  }[];
}

const reference = JSON.parse(readFileSync(path.join(fixtures, 'harness.json'), 'utf8')) as { readonly cases: readonly HarnessCase[] };

describe('evaluation as lm-evaluation-harness does it', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);

  for (const one of reference.cases) {
    it(one.title, async () => {
      const files = Object.fromEntries(Object.entries(one.files).map(([split, file]) => [split, path.join(fixtures, 'questions', file)]));
      const task = await loadTask(shippedTask(folder, one.task, files, one.overrides));
      const { tasks: [results] } = await evaluateTasks(madeUpModel(), [task], { questionsPerBatch: 2 });
      const ours = results!.items.map((item) => ({
        context: item.context, continuations: item.continuations, target: String(item.target),
        doc_hash: item.docHash, prompt_hash: sha256(item.context), target_hash: sha256(String(item.target)),
        ...Object.fromEntries(task.config.metric_list.map(({ metric }) => [metric, item.scores[metric]])),
      }));
      assert.deepEqual(ours, one.samples);
      for (const [key, value] of Object.entries(one.metrics)) {
        const name = key.slice(0, key.indexOf(',')).replace('_stderr', '') as 'acc' | 'acc_norm';
        const estimate = results!.metrics[name]!;
        const actual = key.includes('_stderr') ? estimate.standardError : estimate.value;
        assert.ok(Math.abs(actual! - value) < 1e-12, `${key}: ${String(actual)} is not ${value}`);
      }
    });
  }
});
