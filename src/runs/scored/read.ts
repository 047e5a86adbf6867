// Reads results back, ours or lm-evaluation-harness's own: metrics of each task, and right or wrong of each item.
import type { Estimate } from '../../base/math/statistics';
import { itemCount, metricsOf, newestResultsFile, readResultsFile, rotationOf, samplesFileOf, type OptionRotation } from '../results';
import { eachSample, itemOf, joinItems, type StoredItem } from './samples';

export interface StoredTask {
  readonly task: string;
  /** By name, such as `acc`. */
  readonly metrics: Readonly<Record<string, Estimate>>;
  /** Empty when the samples were not kept. */
  readonly items: readonly StoredItem[];
  /** Questions read, before a limit. */
  readonly originalCount: number;
  /** Records that could not be scored. */
  readonly setAsideCount: number;
  readonly fewshotCount: number;
  /** The prompt does not depend on the question: what is scored here is owed to the options alone. */
  readonly questionBlind: boolean;
  /** The same questions with their options in another order: of which task, and by how many places they are moved on. */
  readonly rotation?: OptionRotation;
}

export interface StoredResults {
  readonly file: string;
  readonly modelName: string;
  readonly modelHash: string | undefined;
  /** Tasks and, where there are any, groups, which have no items of their own. */
  readonly tasks: ReadonlyMap<string, StoredTask>;
}

/** The newest results of a job; undefined when it has none. */
export async function readResults(jobFolder: string): Promise<StoredResults | undefined> {
  const file = await newestResultsFile(jobFolder);
  return file === undefined ? undefined : readStoredResults(file);
}

/** @param file a results_*.json with its samples beside it. */
export async function readStoredResults(file: string): Promise<StoredResults> {
  const summary = await readResultsFile(file);
  const tasks = new Map<string, StoredTask>();
  for (const [task, metrics] of Object.entries(summary.results)) {
    const rows: StoredItem[] = [];
    await eachSample(samplesFileOf(file, task), (row) => { rows.push(itemOf(row)); });
    const items = joinItems(rows);
    const rotation = rotationOf(summary, task);
    tasks.set(task, {
      task, items, metrics: metricsOf(metrics, itemCount(summary, task) || items.length),
      originalCount: summary['n-samples']?.[task]?.original ?? items.length,
      setAsideCount: summary.preclinical?.setAside?.[task]?.length ?? 0,
      fewshotCount: summary['n-shot']?.[task] ?? 0,
      questionBlind: summary.configs?.[task]?.metadata?.question_blind === true || (items.length > 1 && new Set(items.map(({ promptHash }) => promptHash)).size === 1),
      ...(rotation ? { rotation } : {}),
    });
  }
  return { file, modelName: summary.model_name ?? '', modelHash: summary.preclinical?.modelHash, tasks };
}
