// Our shipped tasks against lm-evaluation-harness itself on the same files: prompts, continuations, targets, hashes,
// per-item scores, means and standard errors, as written by test/reference/make_harness.py.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { evaluateTasks, loadTask, type MetricName, type PromptSettings } from '../../../../src/engine/evaluate';
import { sha256 } from '../../../../src/engine/evaluate/documents';
import { loadTokenizer } from '../../../../src/engine/tokenizer';
import { mediaPath } from '../../../../src/engine/parts/assets';
import { madeUpModel } from './made-up-model';
import { fixtures, shippedTask, temporaryFolder } from './task-files';

interface HarnessCase {
  readonly title: string;
  readonly task: string;
  readonly files: Readonly<Record<string, string | readonly string[]>>;
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly settings?: { readonly fewshot_seed?: number; readonly system_instruction?: string; readonly fewshot_as_multiturn?: boolean; readonly chat_template?: string | null };
  readonly metrics: Readonly<Record<string, number>>;
  readonly samples: readonly {
    readonly context: string; readonly continuations: readonly string[]; readonly target: string;
    readonly doc_hash: string; readonly prompt_hash: string; readonly target_hash: string; readonly acc: number; readonly acc_norm?: number; readonly acc_bytes?: number;
  }[];
}

const reference = JSON.parse(readFileSync(path.join(fixtures, 'harness.json'), 'utf8')) as { readonly cases: readonly HarnessCase[] };

describe('evaluation as lm-evaluation-harness does it', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);

  for (const one of reference.cases) {
    it(one.title, async () => {
      const files = Object.fromEntries(Object.entries(one.files).map(([split, file]) => [split, [file].flat().map((one) => path.join(fixtures, 'questions', one))]));
      const task = await loadTask(shippedTask(folder, one.task, files, one.overrides));
      const { tasks: [results] } = await evaluateTasks(madeUpModel(), [task], { questionsPerBatch: 2, prompt: await promptSettings(one.settings) });
      const ours = results!.items.map((item) => ({
        context: item.context, continuations: item.continuations, target: String(item.target),
        doc_hash: item.docHash, prompt_hash: sha256(item.context), target_hash: sha256(String(item.target)),
        ...Object.fromEntries(task.config.metric_list.map(({ metric }) => [metric, item.scores[metric]])),
      }));
      assert.deepEqual(ours, one.samples);
      for (const [key, value] of Object.entries(one.metrics)) {
        const name = key.slice(0, key.indexOf(',')).replace('_stderr', '') as MetricName;
        const estimate = results!.metrics[name]!;
        const actual = key.includes('_stderr') ? estimate.standardError : estimate.value;
        assert.ok(Math.abs(actual! - value) < 1e-12, `${key}: ${String(actual)} is not ${value}`);
      }
    });
  }
});

async function promptSettings(settings: HarnessCase['settings'] = {}): Promise<PromptSettings> {
  const { fewshot_seed, system_instruction, fewshot_as_multiturn, chat_template } = settings;
  const tokenizer = await loadTokenizer(mediaPath('sample', 'model'));
  return {
    ...(fewshot_seed === undefined ? {} : { fewshotSeed: fewshot_seed }),
    ...(system_instruction === undefined ? {} : { systemInstruction: system_instruction }),
    ...(chat_template === undefined ? {} : {
      chat: {
        asMultiturn: fewshot_as_multiturn === true, template: chat_template ?? tokenizer.chatTemplate!,
        render: (messages) => tokenizer.renderChat(messages, { addGenerationPrompt: true, ...(chat_template === null ? {} : { chatTemplate: chat_template }) }),
      },
    }),
  };
}
