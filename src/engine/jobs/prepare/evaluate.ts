// From a checkpoint and task files to the job that evaluates it.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { EvaluateJobFile, EvaluatePrompt, LaunchedElsewhere } from '../../../protocol/job-file';
import { knownTaskFile, loadTasks } from '../../evaluate';
import type { OnProgress } from '../../hub';
import type { FoundCheckpoint } from './checkpoint';
import { hashFiles } from './hash-files';
import { toStoredPath } from './paths';

export interface EvaluateSettings {
  readonly name: string;
  readonly limit?: number;
  readonly prompt?: EvaluatePrompt;
  /** Folder of the question files of known data sets. */
  readonly data?: string;
  readonly rotateOptions?: boolean;
  readonly file?: string;
  readonly elsewhere?: LaunchedElsewhere;
  /** Told of what is downloaded from the Hub; nothing is where it is left out. */
  readonly onDownload?: OnProgress;
}

export async function prepareEvaluate(
  root: string, model: FoundCheckpoint, taskFiles: readonly string[], options: EvaluateSettings,
): Promise<EvaluateJobFile> {
  const inputHashes = await hashFiles(root, await withDataFiles(root, taskFiles, options));
  return {
    schema: 1, kind: 'evaluate', name: options.name, overrides: {},
    ...(model.job === undefined ? {} : { of: model.job }),
    ...(options.file === undefined ? {} : { file: options.file }),
    resolved: {
      checkpoint: model.checkpoint,
      tasks: taskFiles.map((file) => toStoredPath(root, file)),
      ...(options.data === undefined ? {} : { data: toStoredPath(root, options.data) }),
      ...(options.limit === undefined ? {} : { limit: options.limit }),
      ...(options.rotateOptions ? { rotateOptions: true } : {}),
      ...(options.elsewhere === undefined ? {} : { elsewhere: options.elsewhere }),
      ...(options.prompt === undefined || Object.keys(options.prompt).length === 0 ? {} : { prompt: options.prompt }),
      inputHashes,
    },
  };
}

/** Task files and the question files they name: what a result depends on beside the model. */
async function withDataFiles(root: string, taskFiles: readonly string[], { data, prompt, onDownload }: EvaluateSettings): Promise<string[]> {
  const { tasks, files } = await loadTasks(taskFiles.map((file) => path.resolve(root, file)), {
    ...(data === undefined ? {} : { dataFolder: data }), ...(prompt?.fewshotCount === undefined ? {} : { fewshotCount: prompt.fewshotCount }), ...(onDownload ? { download: onDownload } : {}),
  });
  return [...files, ...tasks.flatMap((task) => task.dataFiles)];
}

/** A file of the user's goes before a known task of the same name. */
export function findTaskFile(folder: string, fileOrName: string): string {
  const file = path.resolve(folder, fileOrName);
  return existsSync(file) ? file : knownTaskFile(fileOrName) ?? file;
}
