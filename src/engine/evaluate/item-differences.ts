// Which questions a second evaluation got right that the first got wrong, and the other way round.
import type { StoredItem, StoredTask } from './results/read';
import { itemsByKey } from './results/align';
import type { MetricName } from './task/schema';

export type ItemOutcome = 'fixed' | 'broken' | 'both wrong' | 'both right';

export interface ItemDifference {
  readonly docHash: string;
  /** Position in each evaluation's question file, from 0, where the samples say it. */
  readonly firstId: number | undefined;
  readonly secondId: number | undefined;
  readonly outcome: ItemOutcome;
}

/** Of the questions both were asked, in the order of the first. */
export function differItems(first: StoredTask, second: StoredTask, metric: MetricName): ItemDifference[] {
  const others = itemsByKey(second);
  return [...itemsByKey(first)].flatMap(([key, item]) => {
    const other = others.get(key);
    const [before, after] = [item.scores[metric], other?.scores[metric]];
    if (other === undefined || before === undefined || after === undefined) return [];
    return [{ docHash: item.docHash, firstId: item.docId, secondId: other.docId, outcome: outcomeOf(before, after) }];
  });
}

function outcomeOf(before: NonNullable<StoredItem['scores'][MetricName]>, after: number): ItemOutcome {
  if (before === after) return after === 1 ? 'both right' : 'both wrong';
  return after > before ? 'fixed' : 'broken';
}
