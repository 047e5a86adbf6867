// What stages draw on and held-out sets consist of: stored documents of each source that are left for training, and of each set.
import type { SourceSize } from '../../../documents/mix/amounts/stage';
import type { Column, Numbers } from '../columns';
import type { MixPlan } from '../plan/plan';
import type { Corpus } from './corpus';
import type { Encoded } from './encoded';
import { noSet } from './table';

/** Stored documents by their number in Encoded, ascending, with their tokens; pieces of one document are neighbours. */
export interface Supply { readonly documents: Numbers; readonly lengths: Numbers }

export interface Supplies {
  /** By source. */
  readonly training: ReadonlyMap<string, Supply>;
  /** By held-out set. */
  readonly heldOut: ReadonlyMap<string, Supply>;
}

export function suppliesOf({ mix }: MixPlan, { parts, table }: Corpus, encoded: Encoded): Supplies {
  const training = new Map(Object.keys(mix.sources).map((name) => [name, table.columns.make('uint32')]));
  const sets = Object.keys(mix.heldOut);
  const heldOut = new Map(sets.map((name) => [name, table.columns.make('uint32')]));
  for (let document = 0; document < encoded.length; document++) {
    const row = encoded.rows.at(document);
    const set = table.heldOutSet.at(row);
    (set === noSet ? training.get(parts[table.part.at(row)]!.name) : heldOut.get(sets[set]!))!.push(document);
  }
  const all = (lists: ReadonlyMap<string, Column>): Map<string, Supply> => new Map([...lists].map(([name, documents]) => [name, supplyOf(documents, encoded)]));
  return { training: all(training), heldOut: all(heldOut) };
}

function supplyOf(documents: Column, { lengths }: Encoded): Supply {
  return { documents, lengths: { length: documents.length, at: (index) => lengths.at(documents.at(index)) } };
}

export function tokensOf({ lengths }: Pick<Supply, 'lengths'>): number {
  let sum = 0;
  for (let at = 0; at < lengths.length; at++) sum += lengths.at(at)!;
  return sum;
}

/** What a stage can draw on, once over. Pieces of one document count as one. */
export function sizeOf(supply: Supply, encoded: Encoded): SourceSize {
  let documents = 0;
  let bytes = 0;
  let last = -1;
  for (let at = 0; at < supply.documents.length; at++) {
    const document = supply.documents.at(at)!;
    const row = encoded.rows.at(document);
    if (row !== last) documents += 1;
    last = row;
    bytes += encoded.bytes.at(document);
  }
  return { documents, tokens: tokensOf(supply), bytes };
}
