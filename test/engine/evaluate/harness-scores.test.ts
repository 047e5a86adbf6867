// Log-likelihoods and scores of a real model against those of lm-evaluation-harness's hf class on the same checkpoint.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { evaluateTasks, loadTask, type MetricName, type PromptSettings } from '../../../src/engine/evaluate';
import { createLikelihoodModel, openCheckpoint } from '../../../src/engine/inference';
import { assertSameScores, committedScores, roomySampleModel, type HarnessScores } from '../../unit/engine/evaluate/harness-scores';
import { fixtures, shippedTask } from '../../unit/engine/evaluate/task-files';

interface PromptCase {
  readonly title: string;
  readonly task: string;
  readonly files: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly settings?: { readonly system_instruction: string };
}

const prompts = (JSON.parse(readFileSync(path.join(fixtures, 'harness.json'), 'utf8')) as { readonly cases: readonly PromptCase[] }).cases;

describe("evaluation of a model, beside lm-evaluation-harness's hf class", () => {
  it('gives every option the same log-likelihood, and every task the same scores', async () => {
    const { folder, remove } = roomySampleModel();
    const checkpoint = await openCheckpoint(folder);
    try {
      const found: HarnessScores['cases'][number][] = [];
      for (const { title } of committedScores.cases) {
        const one = prompts.find((prompt) => prompt.title === title)!;
        const files = Object.fromEntries(Object.entries(one.files).map(([split, file]) => [split, path.join(fixtures, 'questions', file)]));
        const task = await loadTask(shippedTask(folder, one.task, files, one.overrides));
        const prompt: PromptSettings = one.settings === undefined ? {} : {
          systemInstruction: one.settings.system_instruction,
          chat: { asMultiturn: true, template: checkpoint.tokenizer.chatTemplate!, render: (messages) => checkpoint.tokenizer.renderChat(messages, { addGenerationPrompt: true }) },
        };
        const { tasks: [results] } = await evaluateTasks(createLikelihoodModel(checkpoint), [task], { prompt });
        found.push({
          title, items: results!.items.map((item) => item.results.map(({ logLikelihood, isGreedy }) => [logLikelihood, isGreedy] as const)),
          metrics: Object.fromEntries(Object.entries(results!.metrics).flatMap(([name, { value, standardError }]) => [[`${name as MetricName},none`, value], [`${name}_stderr,none`, standardError ?? NaN]])),
        });
      }
      assertSameScores(found, committedScores.cases);
    } finally {
      checkpoint.model.dispose();
      remove();
    }
  });
});
