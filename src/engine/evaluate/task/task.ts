// A task ready to be evaluated: its file read and checked, its question files found.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError, userError } from '../../../base/errors/problem';
import { parseYaml } from '../../../documents/common/parse-yaml';
import { compileFields, TemplateSyntaxError, type TaskFields } from './fields';
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
  /** Split whose questions are scored. */
  readonly scoredSplit: string;
}

/** Reads a task file. Throws a UserError that names file, line and key when it or a question file is not usable. */
export async function loadTask(file: string): Promise<Task> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw userError({ code: 'task-not-readable', file, message: (error as Error).message, next: 'Check the path of the task file.' });
  }
  refuseFunctions(text, file);
  const { document: config, problems } = parseYaml(text, file, taskSchema);
  const [first, ...rest] = problems;
  if (!config) throw first ? new UserError(first, ...rest) : new Error(`${file} gave neither a task nor a problem.`);
  const splits = findSplits(config, file);
  for (const dataFile of [...splits.values()].flat()) {
    if (!existsSync(dataFile)) {
      throw userError({ code: 'questions-not-found', file, key: 'dataset_path', value: dataFile, message: 'the question file is not there', next: 'Correct the path; it is relative to the task file.' });
    }
  }
  return {
    name: config.task, file, config, fields: compiled(config, file), shots: compiledShots(config, file), splits,
    dataFiles: [...new Set([...splits.values()].flat())],
    scoredSplit: scoredSplit(config, splits, file),
  };
}

/** The harness can call Python functions named in a task; there is no Python here. */
function refuseFunctions(text: string, file: string): void {
  const line = text.split('\n').findIndex((one) => /:\s*!function\b/.test(one));
  if (line < 0) return;
  throw userError({
    code: 'task-needs-python', file, line: line + 1, value: '!function', message: 'this task calls a Python function',
    next: 'Write the prompt as a Jinja template instead; the tasks that come with Preclinical show how.',
  });
}

function findSplits(config: TaskConfig, file: string): Map<string, string[]> {
  const absolute = (files: string | readonly string[]): string[] => [files].flat().map((one) => path.resolve(path.dirname(file), one));
  const dataFiles = config.dataset_kwargs?.data_files;
  if (config.dataset_path !== 'json') return new Map([[config.test_split ?? 'test', absolute(config.dataset_path)]]);
  if (dataFiles === undefined) {
    throw userError({ code: 'task-without-data', file, key: 'dataset_kwargs.data_files', message: 'dataset_path json needs question files', next: 'Name them by split: `data_files: {test: questions.jsonl}`.' });
  }
  if (typeof dataFiles === 'string' || Array.isArray(dataFiles)) return new Map([['train', absolute(dataFiles)]]);
  return new Map(Object.entries(dataFiles).map(([split, files]) => [split, absolute(files)]));
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
