// From a checkpoint and task files to the job that evaluates it.
import path from 'node:path';
import type { EvaluateJobFile, EvaluatePrompt } from '../../../protocol/job-file';
import type { FoundCheckpoint } from './checkpoint';
import { hashFiles } from './hash-files';
import { toStoredPath } from './paths';

export async function prepareEvaluate(
  root: string, model: FoundCheckpoint, taskFiles: readonly string[], options: { name: string; limit?: number; prompt?: EvaluatePrompt; data?: string; file?: string },
): Promise<EvaluateJobFile> {
  const inputHashes = await hashFiles(root, await withDataFiles(root, taskFiles, options.data));
  return {
    schema: 1, kind: 'evaluate', name: options.name, overrides: {},
    ...(model.job === undefined ? {} : { of: model.job }),
    ...(options.file === undefined ? {} : { file: options.file }),
    resolved: {
      checkpoint: model.checkpoint,
      tasks: taskFiles.map((file) => toStoredPath(root, file)),
      ...(options.data === undefined ? {} : { data: toStoredPath(root, options.data) }),
      ...(options.limit === undefined ? {} : { limit: options.limit }),
      ...(options.prompt === undefined || Object.keys(options.prompt).length === 0 ? {} : { prompt: options.prompt }),
      inputHashes,
    },
  };
}

/** Task files and the question files they name: what a result depends on beside the model. */
async function withDataFiles(root: string, taskFiles: readonly string[], data: string | undefined): Promise<string[]> {
  const { loadTasks } = await import('../../evaluate');
  const { tasks, files } = await loadTasks(taskFiles.map((file) => path.resolve(root, file)), data === undefined ? {} : { dataFolder: data });
  return [...files, ...tasks.flatMap((task) => task.dataFiles)];
}
