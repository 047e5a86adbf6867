// Which groups are held out: whole ones in the order of a hash of the group, until enough documents are. Only groups whose hash is
// near where that ends are held in memory.
import { RandomStream } from '../../../base/math/random';
import type { Columns } from '../columns';
import type { DocumentTable } from './table';

/** Of the hash: groups are counted by these, and those of one number are sorted. */
const binBits = 16;

/**
 * Calls `choose` with the rows chosen of those that `isFree`, until `fraction` of them is reached; at least one group.
 * Returns how many are free and how many were chosen.
 */
export function chooseGroups(table: DocumentTable, columns: Columns, isFree: (row: number) => boolean, { fraction, salt }: { readonly fraction: number; readonly salt: string }, choose: (row: number) => void): { readonly free: number; readonly chosen: number } {
  const ranks = columns.make('uint32');
  const documents = new Float64Array(1 << binBits);
  let free = 0;
  for (let row = 0; row < table.length; row++) {
    const isOne = isFree(row);
    ranks.push(isOne ? RandomStream.of(table.group.at(row), salt).uint32() : 0);
    if (!isOne) continue;
    free += 1;
    documents[ranks.at(row) >>> (32 - binBits)]! += 1;
  }
  const wanted = Math.max(1, Math.round(fraction * free));
  let have = 0;
  let lastBin = 0;
  while (lastBin < documents.length && have + documents[lastBin]! < wanted) have += documents[lastBin++]!;
  const inLastBin = groupsOf(table, (row) => isFree(row) && ranks.at(row) >>> (32 - binBits) === lastBin, (row) => ranks.at(row));
  const chosenThere = new Set<number>();
  for (const { group, size } of inLastBin) {
    if (have >= wanted) break;
    chosenThere.add(group);
    have += size;
  }
  let chosen = 0;
  for (let row = 0; row < table.length; row++) {
    if (!isFree(row)) continue;
    const bin = ranks.at(row) >>> (32 - binBits);
    if (bin > lastBin || (bin === lastBin && !chosenThere.has(table.group.at(row)))) continue;
    chosen += 1;
    choose(row);
  }
  ranks.release();
  return { free, chosen };
}

/** Groups of some rows with how many they are, by rank, then by number. */
function groupsOf(table: DocumentTable, isOne: (row: number) => boolean, rankOf: (row: number) => number): { readonly group: number; readonly size: number }[] {
  const found = new Map<number, { readonly group: number; readonly rank: number; size: number }>();
  for (let row = 0; row < table.length; row++) {
    if (!isOne(row)) continue;
    const group = table.group.at(row);
    const known = found.get(group);
    if (known) known.size += 1;
    else found.set(group, { group, rank: rankOf(row), size: 1 });
  }
  return [...found.values()].sort((a, b) => a.rank - b.rank || a.group - b.group);
}
