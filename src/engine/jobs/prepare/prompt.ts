// From a .cot file and a model to the job that runs the experiment.
import path from 'node:path';
import { parseCot } from '../../../documents/cot/parse';
import type { Asking, PromptEndpoint, PromptJobFile, ResolvedPrompt } from '../../../protocol/job-file';
import { needsExemplars, needsVectors } from '../prompt/exemplars';
import { embeddingEndpoint } from '../prompt/model';
import type { FoundCheckpoint } from './checkpoint';
import { hashFiles } from './hash-files';
import { toStoredPath } from './paths';
import { demandDocument, readDocumentText } from './read-document';

export type PromptModel = FoundCheckpoint | PromptEndpoint;

/**
 * `overrides` replace settings of the file by dotted key, and are recorded.
 * @param embeddingConsent the host the user agreed to by name for vectors of the questions.
 */
export async function preparePrompt(root: string, file: string, model: PromptModel, overrides: Readonly<Record<string, unknown>> = {}, asking: Asking = {}, embeddingConsent?: string): Promise<PromptJobFile> {
  const stored = toStoredPath(root, file);
  const { settings, body } = demandDocument(parseCot(await readDocumentText(root, file, 'prompt-not-found'), stored, { overrides }));
  const questions = path.resolve(path.dirname(file), settings.questions);
  const exemplars = needsExemplars(settings) ? path.resolve(path.dirname(file), settings.exemplars!.file) : undefined;
  const embedding = needsVectors(settings) ? embeddingEndpoint(settings, embeddingConsent) : undefined;
  const resolvedModel: ResolvedPrompt['model'] = 'checkpoint' in model ? { checkpoint: model.checkpoint } : model;
  return {
    schema: 1, kind: 'prompt', name: settings.name, file: stored, overrides,
    ...('checkpoint' in model && model.job !== undefined ? { of: model.job } : {}),
    resolved: {
      cot: settings, body, questions: toStoredPath(root, questions), model: resolvedModel,
      ...(exemplars === undefined ? {} : { exemplars: toStoredPath(root, exemplars) }),
      ...(embedding === undefined ? {} : { embedding }),
      inputHashes: await hashFiles(root, exemplars === undefined ? [questions] : [questions, exemplars]),
    },
    ...(Object.keys(asking).length === 0 ? {} : { asking }),
  };
}
