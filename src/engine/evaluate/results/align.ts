// Puts the scores of several evaluations side by side, item by item, so that they can be compared in pairs. Items are
// the same when their records are, told by doc_hash; equal records are told apart by their order.
import type { MetricName } from '../task/schema';
import type { StoredItem, StoredTask } from './read';

/** Scores of the items all evaluations share, one list an evaluation, in the order of the first. */
export function alignScores(tasks: readonly StoredTask[], metric: MetricName): number[][] {
  const tables = tasks.map((task) => scoresByItem(task, metric));
  const [first] = tables;
  if (!first) return [];
  const shared = [...first.keys()].filter((key) => tables.every((table) => table.has(key)));
  return tables.map((table) => shared.map((key) => table.get(key)!));
}

/** Items under what tells them apart: the hash of their record and how often it came before. */
export function itemsByKey(task: StoredTask): Map<string, StoredItem> {
  const seen = new Map<string, number>();
  return new Map(task.items.map((item) => {
    const occurrence = seen.get(item.docHash) ?? 0;
    seen.set(item.docHash, occurrence + 1);
    return [`${item.docHash}#${occurrence}`, item];
  }));
}

function scoresByItem(task: StoredTask, metric: MetricName): Map<string, number> {
  return new Map([...itemsByKey(task)].flatMap(([key, { scores }]) => {
    const score = scores[metric];
    return score === undefined ? [] : [[key, score] as const];
  }));
}
