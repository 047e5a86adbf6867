// A task ready to be evaluated: its file read and checked, its question files found.
import { existsSync } from 'node:fs';
import { userError } from '../../../base/errors/problem';
import { knownDatasets, type KnownDataset } from '../known/datasets';
import { findSplits, type DataPlace } from './data';
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

export interface TaskPlace extends DataPlace {
  /** Values that a group gives the task in place of the file's own, such as `task_alias` and `num_fewshot`. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/** Reads a task file. Throws a UserError that names file, line and key when it or a question file is not usable. */
export async function loadTask(file: string, place: TaskPlace = {}): Promise<Task> {
  const config = await readHarnessYaml(file, taskSchema, place.overrides);
  const splits = await findSplits(config, file, place);
  for (const dataFile of [...splits.values()].flat()) {
    if (!existsSync(dataFile)) {
      throw userError({ code: 'questions-not-found', file, key: 'dataset_path', value: dataFile, message: 'the question file is not there', next: 'Correct the path; it is relative to the task file.' });
    }
  }
  return {
    name: config.task, file, config,
    fields: compiled(config, file), shots: compiledShots(config, file), splits,
    normalise: knownDatasets.get(config.dataset_path)?.normalise ?? ((documents) => documents),
    dataFiles: [...new Set([...splits.values()].flat())],
    scoredSplit: scoredSplit(config, splits, file),
  };
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
