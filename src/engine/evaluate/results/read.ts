// Reads results back, ours or lm-evaluation-harness's own: metrics of each task, and right or wrong of each item.
import { readFile } from 'node:fs/promises';
import type { Estimate } from '../../../base/math/statistics';
import { itemCount, metricsOf, newestResultsFile, readResultsFile, resultsUnreadable, samplesFileOf } from '../../../runs/results';
import { metricNames, type MetricName } from '../task/schema';

export interface StoredItem {
  readonly docHash: string;
  /** Position in the question file, from 0. */
  readonly docId?: number;
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
  const file = await newestResultsFile(jobFolder);
  if (file === undefined) return undefined;
  const summary = await readResultsFile(file);
  const tasks = new Map<string, StoredTask>();
  for (const [task, metrics] of Object.entries(summary.results)) {
    const { items, prompts } = await readItems(samplesFileOf(file, task));
    tasks.set(task, {
      task, items, metrics: metricsOf(metrics, itemCount(summary, task) || items.length),
      originalCount: summary['n-samples']?.[task]?.original ?? items.length,
      setAsideCount: summary.preclinical?.setAside?.[task]?.length ?? 0,
      fewshotCount: summary['n-shot']?.[task] ?? 0,
      questionBlind: summary.configs?.[task]?.metadata?.question_blind === true || (items.length > 1 && prompts.size === 1),
    });
  }
  return { file, modelName: summary.model_name ?? '', modelHash: summary.preclinical?.modelHash, tasks };
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
      const docId = typeof row['doc_id'] === 'number' ? { docId: row['doc_id'] } : {};
      return [{ docHash: String(row['doc_hash']), ...docId, choiceCount, scores: Object.fromEntries(scores) }];
    } catch {
      throw resultsUnreadable(`${file}:${index + 1}`, 'this line is not JSON');
    }
  });
  return { items, prompts };
}
