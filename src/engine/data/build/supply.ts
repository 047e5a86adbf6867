// What stages draw on and held-out sets consist of: stored documents of each source that are left for training, and of each set.
import type { SourceSize } from '../../../documents/mix/amounts/stage';
import type { MixPlan } from '../plan/plan';
import type { Corpus } from './corpus';
import type { Encoded } from './encoded';
import { noSet } from './table';

/** Stored documents by their number in Encoded, ascending, with their tokens; pieces of one document are neighbours. */
export interface Supply { readonly documents: Uint32Array; readonly lengths: Uint32Array }

export interface Supplies {
  /** By source. */
  readonly training: ReadonlyMap<string, Supply>;
  /** By held-out set. */
  readonly heldOut: ReadonlyMap<string, Supply>;
}

export function suppliesOf({ mix }: MixPlan, { parts, table }: Corpus, encoded: Encoded): Supplies {
  const training = new Map<string, number[]>(Object.keys(mix.sources).map((name) => [name, []]));
  const sets = Object.keys(mix.heldOut);
  const heldOut = new Map<string, number[]>(sets.map((name) => [name, []]));
  encoded.rows.forEach((row, document) => {
    const set = table.heldOutSet[row]!;
    (set === noSet ? training.get(parts[table.part[row]!]!.name) : heldOut.get(sets[set]!))!.push(document);
  });
  const supply = (documents: readonly number[]): Supply => ({ documents: Uint32Array.from(documents), lengths: Uint32Array.from(documents, (document) => encoded.lengths[document]!) });
  const all = (lists: ReadonlyMap<string, readonly number[]>): Map<string, Supply> => new Map([...lists].map(([name, documents]) => [name, supply(documents)]));
  return { training: all(training), heldOut: all(heldOut) };
}

export function tokensOf({ lengths }: Supply): number {
  return lengths.reduce((sum, length) => sum + length, 0);
}

/** What a stage can draw on, once over. Pieces of one document count as one. */
export function sizeOf(supply: Supply, encoded: Encoded): SourceSize {
  let documents = 0;
  let bytes = 0;
  let last = -1;
  for (const document of supply.documents) {
    if (encoded.rows[document] !== last) documents += 1;
    last = encoded.rows[document]!;
    bytes += encoded.bytes[document]!;
  }
  return { documents, tokens: tokensOf(supply), bytes };
}
