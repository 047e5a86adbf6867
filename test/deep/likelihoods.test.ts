// Our scores of the sample model against those of lm-evaluation-harness's own hf class on the same checkpoint: letters and
// texts as options, examples, a chat template, an empty context, and contexts longer than the model.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadTask, prepareItems, type PromptSettings } from '../../src/engine/evaluate';
import { createLikelihoodModel, openCheckpoint, type LikelihoodRequest } from '../../src/engine/inference';
import { mediaPath } from '../../src/engine/parts/assets';
import { fixtures, shippedTask } from '../unit/engine/evaluate/task-files';
import { runScript } from './python';

const checkpointFolder = mediaPath('sample', 'model');

describe("lm-evaluation-harness's hf class", () => {
  it('gives the log-likelihoods that we give', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'likelihoods-'));
    const checkpoint = await openCheckpoint(checkpointFolder);
    try {
      const render: NonNullable<PromptSettings['chat']>['render'] = (messages) => checkpoint.tokenizer.renderChat(messages, { addGenerationPrompt: true });
      const questions = path.join(fixtures, 'questions');
      const medqa = { test: path.join(questions, 'medqa.jsonl') };
      const cases: readonly (readonly [string, Readonly<Record<string, string>>, PromptSettings])[] = [
        ['medqa_text', medqa, {}],
        ['medqa_letters', medqa, { fewshotCount: 3 }],
        ['medqa_text', medqa, { fewshotCount: 2, systemInstruction: 'You are a physician.', chat: { asMultiturn: true, template: '', render } }],
        ['pubmedqa', { test: path.join(questions, 'pubmedqa.json') }, {}],
      ];
      const requests: LikelihoodRequest[] = [{ context: '', continuation: 'Aspirin' }];
      for (const [name, files, settings] of cases) {
        const task = await loadTask(shippedTask(folder, name, files, { fewshot_split: 'test' }));
        for (const { context, continuations } of (await prepareItems(task, undefined, settings)).items) requests.push(...continuations.map((continuation) => ({ context, continuation })));
      }
      const long = 'The patient was given aspirin. '.repeat(checkpoint.model.config.maxPositions);
      requests.push(...[' Yes', ' No', ' Not before tomorrow'].map((continuation) => ({ context: `${long}Was it enough?`, continuation })));
      const results = await createLikelihoodModel(checkpoint).logLikelihood(requests);
      const file = path.join(folder, 'scores.json');
      writeFileSync(file, JSON.stringify(requests.map((request, index) => ({ ...request, ...results[index] }))));
      console.log(`      ${runScript('check_likelihoods.py', checkpointFolder, file).trim()}`);
    } finally {
      checkpoint.model.dispose();
      rmSync(folder, { recursive: true });
    }
  });
});
