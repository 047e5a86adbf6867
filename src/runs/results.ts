// The results of an evaluation as lm-evaluation-harness lays them out under results/: where the newest are, and the
// scores of each task. Read by the editor too, so nothing here needs the engine. Items are the engine's concern.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../base/errors/problem';
import type { Estimate } from '../base/math/statistics';
import { jobPath } from './layout';

/** results_*.json, as far as it is read. */
export interface ResultsFile {
  readonly results: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly 'n-samples'?: Readonly<Record<string, { original?: number; effective?: number }>>;
  readonly 'n-shot'?: Readonly<Record<string, number>>;
  readonly configs?: Readonly<Record<string, { metadata?: { question_blind?: unknown; option_rotation?: unknown } | null }>>;
  readonly groups?: Readonly<Record<string, unknown>>;
  readonly model_name?: string;
  readonly preclinical?: { readonly modelHash?: string; readonly setAside?: Readonly<Record<string, readonly string[]>> };
}

/** Of which task, and by how many places its options are moved on. */
export interface OptionRotation { readonly of: string; readonly by: number }

export interface TaskScores {
  readonly task: string;
  /** Questions scored. */
  readonly items: number;
  readonly fewshotCount: number;
  /** By name, such as `acc`; in the order of the file. */
  readonly metrics: Readonly<Record<string, Estimate>>;
  /** Absolute path; it may not be there. */
  readonly samplesFile: string;
  /** An average over tasks. */
  readonly isGroup: boolean;
  /** The same questions with their options in another order. */
  readonly rotation?: OptionRotation;
}

export interface ScoreSummary {
  /** Absolute path of results_*.json. */
  readonly file: string;
  readonly modelName: string;
  readonly tasks: readonly TaskScores[];
}

export async function newestResultsFile(jobFolder: string): Promise<string | undefined> {
  const folder = jobPath(jobFolder, 'results');
  let names: string[];
  try {
    names = await readdir(folder, { recursive: true });
  } catch {
    return undefined;
  }
  const summaries = names.filter((name) => /^results_.+\.json$/.test(path.basename(name)));
  summaries.sort((a, b) => (path.basename(a) < path.basename(b) ? 1 : -1));
  return summaries[0] === undefined ? undefined : path.join(folder, summaries[0]);
}

/** Throws a user error when the file is none of results. */
export async function readResultsFile(file: string): Promise<ResultsFile> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    throw resultsUnreadable(file, 'it is not JSON');
  }
  if (typeof value === 'object' && value !== null && 'results' in value && typeof value.results === 'object' && value.results !== null) return value as ResultsFile;
  throw resultsUnreadable(file, 'it has no `results`');
}

export function resultsUnreadable(file: string, reason: string): Error {
  return userError({ code: 'results-not-readable', file, message: `these results cannot be read: ${reason}`, next: 'Evaluate again, or remove the file.' });
}

/** The newest scores of a job; undefined when it has none. */
export async function readScores(jobFolder: string): Promise<ScoreSummary | undefined> {
  const file = await newestResultsFile(jobFolder);
  if (file === undefined) return undefined;
  const summary = await readResultsFile(file);
  return {
    file, modelName: summary.model_name ?? '',
    tasks: Object.entries(summary.results).map(([task, values]) => {
      const items = itemCount(summary, task);
      const rotation = rotationOf(summary, task);
      return { task, items, isGroup: summary.groups?.[task] !== undefined, ...(rotation ? { rotation } : {}), fewshotCount: summary['n-shot']?.[task] ?? 0, metrics: metricsOf(values, items), samplesFile: samplesFileOf(file, task) };
    }),
  };
}

/** Questions scored; of a group, those of its tasks together. 0 when the file does not say. */
export function itemCount(summary: ResultsFile, task: string): number {
  const length = summary.results[task]?.['sample_len'];
  return summary['n-samples']?.[task]?.effective ?? (typeof length === 'number' ? length : 0);
}

export function rotationOf(summary: ResultsFile, task: string): OptionRotation | undefined {
  const { of, by } = (summary.configs?.[task]?.metadata?.option_rotation ?? {}) as { readonly of?: unknown; readonly by?: unknown };
  return typeof of === 'string' && typeof by === 'number' ? { of, by } : undefined;
}

/** The items of a task beside results_TIME.json. */
export function samplesFileOf(resultsFile: string, task: string): string {
  const time = path.basename(resultsFile).slice('results_'.length, -'.json'.length);
  return path.join(path.dirname(resultsFile), sampleFileName(task, time));
}

export function sampleFileName(task: string, time: string): string {
  return `samples_${task.replace(/[^\w.-]/g, '_')}_${time}.jsonl`;
}

/** The numbers the harness calls `NAME,none`, with their standard errors; those under another filter keep its name. */
export function metricsOf(values: Readonly<Record<string, unknown>>, n: number): Record<string, Estimate> {
  return Object.fromEntries(Object.entries(values).flatMap(([key, value]): [string, Estimate][] => {
    const [, name, filter] = /^(\w+),([^,]+)$/.exec(key) ?? [];
    if (name === undefined || filter === undefined || name.endsWith('_stderr') || typeof value !== 'number') return [];
    const standardError = values[`${name}_stderr,${filter}`];
    return [[filter === 'none' ? name : key, { value, standardError: typeof standardError === 'number' ? standardError : undefined, n }]];
  }));
}
