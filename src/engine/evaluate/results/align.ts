// Puts the scores of several evaluations side by side, item by item, so that they can be compared in pairs. Items are
// the same when their records are, told by doc_hash; equal records are told apart by their order.
import type { MetricName } from '../task/schema';
import type { StoredTask } from './read';

/** Scores of the items all evaluations share, one list an evaluation, in the order of the first. */
export function alignScores(tasks: readonly StoredTask[], metric: MetricName): number[][] {
  const tables = tasks.map((task) => scoresByItem(task, metric));
  const [first] = tables;
  if (!first) return [];
  const shared = [...first.keys()].filter((key) => tables.every((table) => table.has(key)));
  return tables.map((table) => shared.map((key) => table.get(key)!));
}

function scoresByItem(task: StoredTask, metric: MetricName): Map<string, number> {
  const seen = new Map<string, number>();
  const scores = new Map<string, number>();
  for (const { docHash, scores: itemScores } of task.items) {
    const occurrence = seen.get(docHash) ?? 0;
    seen.set(docHash, occurrence + 1);
    const score = itemScores[metric];
    if (score !== undefined) scores.set(`${docHash}#${occurrence}`, score);
  }
  return scores;
}
