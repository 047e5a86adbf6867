// Which questions a second evaluation got right that the first got wrong, and the other way round.
import { alignItems } from './align';
import type { StoredTask } from './read';

export type ItemOutcome = 'fixed' | 'broken' | 'both wrong' | 'both right';

export interface ItemDifference {
  readonly docHash: string;
  /** Position in each evaluation's question file, from 0, where the samples say it. */
  readonly firstId: number | undefined;
  readonly secondId: number | undefined;
  readonly outcome: ItemOutcome;
}

/** Of the questions both were asked, in the order of the first. */
export function differItems(first: StoredTask, second: StoredTask, metric: string): ItemDifference[] {
  const [items = [], others = []] = alignItems([first, second]);
  return items.flatMap((item, place) => {
    const other = others[place]!;
    const [before, after] = [item.scores[metric], other.scores[metric]];
    if (before === undefined || after === undefined) return [];
    return [{ docHash: item.docHash, firstId: item.docId, secondId: other.docId, outcome: outcomeOf(before, after) }];
  });
}

export function outcomeOf(before: number, after: number): ItemOutcome {
  if (before === after) return after === 1 ? 'both right' : 'both wrong';
  return after > before ? 'fixed' : 'broken';
}
