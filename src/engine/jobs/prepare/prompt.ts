// From a .cot file and a model to the job that runs the experiment.
import path from 'node:path';
import { parseCot } from '../../../documents/cot/parse';
import type { PromptEndpoint, PromptJobFile, ResolvedPrompt } from '../../../protocol/job-file';
import type { FoundCheckpoint } from './checkpoint';
import { hashFiles } from './hash-files';
import { toStoredPath } from './paths';
import { demandDocument, readDocumentText } from './read-document';

export type PromptModel = FoundCheckpoint | PromptEndpoint;

/** `overrides` replace settings of the file by dotted key, and are recorded. */
export async function preparePrompt(root: string, file: string, model: PromptModel, overrides: Readonly<Record<string, unknown>> = {}): Promise<PromptJobFile> {
  const stored = toStoredPath(root, file);
  const { settings, body } = demandDocument(parseCot(await readDocumentText(root, file, 'prompt-not-found'), stored, { overrides }));
  const questions = path.resolve(path.dirname(file), settings.questions);
  const resolvedModel: ResolvedPrompt['model'] = 'checkpoint' in model ? { checkpoint: model.checkpoint } : model;
  return {
    schema: 1, kind: 'prompt', name: settings.name, file: stored, overrides,
    ...('checkpoint' in model && model.job !== undefined ? { of: model.job } : {}),
    resolved: {
      cot: settings, body, questions: toStoredPath(root, questions), model: resolvedModel,
      inputHashes: await hashFiles(root, [questions]),
    },
  };
}
