// Reads results back, ours or lm-evaluation-harness's own: metrics of each task, and right or wrong of each item.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import type { Estimate } from '../../../base/math/statistics';
import { metricNames, type MetricName } from '../task/schema';
import { resultsFolder, sampleFileName } from './layout';

export interface StoredItem {
  readonly docHash: string;
  /** Choices that were scored. */
  readonly choiceCount: number;
  readonly scores: Readonly<Partial<Record<MetricName, number>>>;
}

export interface StoredTask {
  readonly task: string;
  readonly metrics: Readonly<Partial<Record<MetricName, Estimate>>>;
  /** Empty when the samples were not kept. */
  readonly items: readonly StoredItem[];
  /** Questions read, before a limit. */
  readonly originalCount: number;
  /** Records that could not be scored. */
  readonly setAsideCount: number;
  readonly fewshotCount: number;
  /** The prompt does not depend on the question: what is scored here is owed to the options alone. */
  readonly questionBlind: boolean;
}

export interface StoredResults {
  readonly file: string;
  readonly modelName: string;
  readonly modelHash: string | undefined;
  readonly tasks: ReadonlyMap<string, StoredTask>;
}

/** The newest results of a job; undefined when it has none. */
export async function readResults(jobFolder: string): Promise<StoredResults | undefined> {
  const file = await newestSummary(resultsFolder(jobFolder));
  if (file === undefined) return undefined;
  const time = path.basename(file).slice('results_'.length, -'.json'.length);
  const summary = parseSummary(await readFile(file, 'utf8'), file);
  const tasks = new Map<string, StoredTask>();
  for (const [task, metrics] of Object.entries(summary.results)) {
    const { items, prompts } = await readItems(path.join(path.dirname(file), sampleFileName(task, time)));
    tasks.set(task, {
      task, items, metrics: metricsOf(metrics, summary['n-samples']?.[task]?.effective ?? items.length),
      originalCount: summary['n-samples']?.[task]?.original ?? items.length,
      setAsideCount: summary.preclinical?.setAside?.[task]?.length ?? 0,
      fewshotCount: summary['n-shot']?.[task] ?? 0,
      questionBlind: summary.configs?.[task]?.metadata?.question_blind === true || (items.length > 1 && prompts.size === 1),
    });
  }
  return { file, modelName: summary.model_name ?? '', modelHash: summary.preclinical?.modelHash, tasks };
}

interface Summary {
  readonly results: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly 'n-samples'?: Readonly<Record<string, { original?: number; effective?: number }>>;
  readonly 'n-shot'?: Readonly<Record<string, number>>;
  readonly configs?: Readonly<Record<string, { metadata?: { question_blind?: unknown } | null }>>;
  readonly model_name?: string;
  readonly preclinical?: { readonly modelHash?: string; readonly setAside?: Readonly<Record<string, readonly string[]>> };
}

function parseSummary(text: string, file: string): Summary {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable(file, 'it is not JSON');
  }
  if (typeof value === 'object' && value !== null && 'results' in value && typeof value.results === 'object' && value.results !== null) return value as Summary;
  throw unreadable(file, 'it has no `results`');
}

function unreadable(file: string, reason: string): Error {
  return userError({ code: 'results-not-readable', file, message: `these results cannot be read: ${reason}`, next: 'Evaluate again, or remove the file.' });
}

async function newestSummary(folder: string): Promise<string | undefined> {
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

function metricsOf(metrics: Readonly<Record<string, unknown>>, n: number): Partial<Record<MetricName, Estimate>> {
  return Object.fromEntries(metricNames.flatMap((name): [MetricName, Estimate][] => {
    const value = metrics[`${name},none`];
    const standardError = metrics[`${name}_stderr,none`];
    return typeof value === 'number' ? [[name, { value, standardError: typeof standardError === 'number' ? standardError : undefined, n }]] : [];
  }));
}

async function readItems(file: string): Promise<{ items: StoredItem[]; prompts: Set<unknown> }> {
  const prompts = new Set<unknown>();
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return { items: [], prompts };
  }
  const items = text.split('\n').flatMap((line, index): StoredItem[] => {
    if (line.trim() === '') return [];
    try {
      const row = JSON.parse(line) as Readonly<Record<string, unknown>>;
      prompts.add(row['prompt_hash']);
      const scores = metricNames.flatMap((name) => (typeof row[name] === 'number' ? [[name, row[name]] as const] : []));
      const choiceCount = Object.keys(row['arguments'] ?? {}).length;
      return [{ docHash: String(row['doc_hash']), choiceCount, scores: Object.fromEntries(scores) }];
    } catch {
      throw unreadable(`${file}:${index + 1}`, 'this line is not JSON');
    }
  });
  return { items, prompts };
}
