// A task ready to be evaluated: its file read and checked, its question files found.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import { knownDatasets, type KnownDataset } from '../known/datasets';
import { compileFields, TemplateSyntaxError, type TaskFields } from './fields';
import { readHarnessYaml } from './harness-yaml';
import { taskSchema, type TaskConfig } from './schema';

export interface Task {
  readonly name: string;
  /** Absolute path of the task file. */
  readonly file: string;
  readonly config: TaskConfig;
  readonly fields: TaskFields;
  /** How the examples before a question are written. */
  readonly shots: { readonly fields: TaskFields; readonly targetDelimiter: string; readonly fewshotDelimiter: string };
  /** Absolute paths of the question files, each once: with the task file, all that the prompts depend on. */
  readonly dataFiles: readonly string[];
  /** Question files of each split. */
  readonly splits: ReadonlyMap<string, readonly string[]>;
  /** Records in the form the templates are written for. */
  readonly normalise: KnownDataset['normalise'];
  /** Split whose questions are scored. */
  readonly scoredSplit: string;
}

export interface TaskPlace {
  /** Folder of the question files of known data sets. */
  readonly dataFolder?: string;
  /** Alias that a group gives the task. */
  readonly alias?: string;
}

/** Reads a task file. Throws a UserError that names file, line and key when it or a question file is not usable. */
export async function loadTask(file: string, place: TaskPlace = {}): Promise<Task> {
  const config = await readHarnessYaml(file, taskSchema);
  const splits = findSplits(config, file, place.dataFolder);
  for (const dataFile of [...splits.values()].flat()) {
    if (!existsSync(dataFile)) {
      throw userError({ code: 'questions-not-found', file, key: 'dataset_path', value: dataFile, message: 'the question file is not there', next: 'Correct the path; it is relative to the task file.' });
    }
  }
  return {
    name: config.task, file, config: { ...config, ...(place.alias === undefined ? {} : { task_alias: place.alias }) },
    fields: compiled(config, file), shots: compiledShots(config, file), splits,
    normalise: knownDatasets.get(config.dataset_path)?.normalise ?? ((documents) => documents),
    dataFiles: [...new Set([...splits.values()].flat())],
    scoredSplit: scoredSplit(config, splits, file),
  };
}

function findSplits(config: TaskConfig, file: string, dataFolder: string | undefined): Map<string, string[]> {
  const absolute = (files: string | readonly string[]): string[] => [files].flat().map((one) => path.resolve(path.dirname(file), one));
  const dataFiles = config.dataset_kwargs?.data_files;
  const known = knownDatasets.get(config.dataset_path);
  if (known && dataFiles === undefined) return findKnown(known, config, file, dataFolder);
  if (config.dataset_path !== 'json' && !known) return new Map([[config.test_split ?? 'test', absolute(config.dataset_path)]]);
  if (dataFiles === undefined) {
    throw userError({ code: 'task-without-data', file, key: 'dataset_kwargs.data_files', message: 'dataset_path json needs question files', next: 'Name them by split: `data_files: {test: questions.jsonl}`.' });
  }
  if (typeof dataFiles === 'string' || Array.isArray(dataFiles)) return new Map([['train', absolute(dataFiles)]]);
  return new Map(Object.entries(dataFiles).map(([split, files]) => [split, absolute(files)]));
}

/** The splits of a known data set whose files are in the folder. */
function findKnown(known: KnownDataset, config: TaskConfig, file: string, dataFolder: string | undefined): Map<string, string[]> {
  const names = known.files(config.dataset_name ?? '');
  const found = new Map(Object.entries(names).flatMap(([split, candidates]): [string, string[]][] => {
    const one = dataFolder === undefined ? undefined : candidates.map((name) => path.join(dataFolder, name)).find((name) => existsSync(name));
    return one === undefined ? [] : [[split, [one]]];
  }));
  const scored = config.test_split ?? config.validation_split ?? 'test';
  if (found.has(scored)) return found;
  throw userError({
    code: 'questions-not-found', file, key: 'dataset_path', value: config.dataset_path,
    message: `the questions of ${config.task} are not part of Preclinical${dataFolder === undefined ? '' : `, and ${dataFolder} has none of ${(names[scored] ?? []).join(', ')}`}`,
    next: `Get them from ${known.home}, put them into a folder as ${(names[scored] ?? [])[0] ?? scored}, and give the folder with --data.`,
  });
}

function scoredSplit(config: TaskConfig, splits: ReadonlyMap<string, unknown>, file: string): string {
  const [only, ...others] = splits.keys();
  const named = config.test_split ?? config.validation_split ?? (others.length === 0 ? only : 'test');
  if (named !== undefined && splits.has(named)) return named;
  throw userError({
    code: 'task-unknown-split', file, key: 'test_split', value: String(named), message: 'no question file is given for this split',
    next: `Name one of: ${[...splits.keys()].join(', ')}.`,
  });
}

function compiledShots(config: TaskConfig, file: string): Task['shots'] {
  const own = config.fewshot_config;
  const { doc_to_text = config.doc_to_text, doc_to_choice = config.doc_to_choice, doc_to_target = config.doc_to_target } = own ?? {};
  return {
    fields: compiled({ ...config, doc_to_text, doc_to_choice, doc_to_target }, file),
    targetDelimiter: own?.target_delimiter ?? config.target_delimiter, fewshotDelimiter: own?.fewshot_delimiter ?? config.fewshot_delimiter,
  };
}

function compiled(config: TaskConfig, file: string): TaskFields {
  try {
    return compileFields(config);
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error;
    throw userError({ code: 'task-template', file, key: error.key, message: `the template does not parse: ${error.message}`, next: 'Correct the Jinja template.' });
  }
}
