// Puts the scores of several evaluations side by side, item by item, so that they can be compared in pairs. Items are
// the same when their records are, told by doc_hash; equal records are told apart by their order. Where no record is the
// same, as of a data set in its authors' form and in the Hub's, equal prompts tell it.
import type { StoredTask } from './read';
import type { StoredItem } from './samples';

/** Scores of the items all evaluations share, one list an evaluation, in the order of the first. */
export function alignScores(tasks: readonly StoredTask[], metric: string): number[][] {
  const lists = alignItems(tasks);
  const scored = (lists[0] ?? []).map((_, place) => lists.every((items) => items[place]!.scores[metric] !== undefined));
  return lists.map((items) => items.flatMap((item, place) => (scored[place] ? [item.scores[metric]!] : [])));
}

/** The items all evaluations share, one list an evaluation, in the order of the first. */
export function alignItems(tasks: readonly StoredTask[]): StoredItem[][] {
  const byRecord = shared(tasks.map((task) => itemsByKey(task)));
  return byRecord[0]?.length === 0 && tasks.every(({ items }) => items.length > 0) ? shared(tasks.map((task) => itemsByKey(task, 'promptHash'))) : byRecord;
}

/** Items under what tells them apart: the hash of their record, or of their prompt, and how often it came before. */
export function itemsByKey(task: StoredTask, hash: 'docHash' | 'promptHash' = 'docHash'): Map<string, StoredItem> {
  const seen = new Map<string, number>();
  return new Map(task.items.flatMap((item): [string, StoredItem][] => {
    const key = item[hash];
    if (key === undefined) return [];
    const occurrence = seen.get(key) ?? 0;
    seen.set(key, occurrence + 1);
    return [[`${key}#${occurrence}`, item]];
  }));
}

function shared(tables: readonly ReadonlyMap<string, StoredItem>[]): StoredItem[][] {
  const keys = [...tables[0]?.keys() ?? []].filter((key) => tables.every((table) => table.has(key)));
  return tables.map((table) => keys.map((key) => table.get(key)!));
}
