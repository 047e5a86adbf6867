// Which documents are kept out of training. Chosen before anything else is decided across documents, by a hash of the group
// (patient, article, else the document): whole groups, the same ones on every machine. Then exact duplicates go, first of all
// what is equal to a held-out document or shares its group.
import { RandomStream } from '../../../base/math/random';
import { mixError } from '../plan/place';
import type { MixPlan } from '../plan/plan';
import type { PlannedPart } from './parts';
import { type DocumentTable, noSet, TextIndex } from './table';

/** Rows of the parts that are held-out files get the set of their name; of each other set, rows of its source. */
export function chooseHeldOut(plan: MixPlan, parts: readonly PlannedPart[], table: DocumentTable): void {
  Object.entries(plan.mix.heldOut).forEach(([name, set], index) => {
    const part = parts.findIndex((one) => one.isHeldOut === ('path' in set) && one.name === ('path' in set ? name : set.source));
    if ('path' in set) {
      for (let row = 0; row < table.length; row++) if (table.part[row] === part) hold(table, row, index);
      return;
    }
    const free: number[] = [];
    for (let row = 0; row < table.length; row++) if (table.part[row] === part && table.heldOutSet[row] === noSet) free.push(row);
    const chosen = chooseGroups(table, free, set.fraction, `${plan.mix.seed}/${name}`);
    if (chosen.length === free.length) {
      throw mixError(plan.file, ['heldOut', name, 'fraction'], {
        code: 'mix-held-out-takes-all', value: String(set.fraction),
        message: free.length === 0 ? `source ${set.source} has no documents` : `this leaves no document of source ${set.source} for training, since groups stay whole`,
        next: 'Give the source more documents or groups, or hold out a smaller fraction.',
      });
    }
    for (const row of chosen) hold(table, row, index);
  });
}

function hold(table: DocumentTable, row: number, set: number): void {
  table.heldOutSet[row] = set;
  table.settle(row, 'held-out');
}

/** Whole groups in the order of their hash until `fraction` of the documents is reached; at least one. */
function chooseGroups(table: DocumentTable, rows: readonly number[], fraction: number, salt: string): number[] {
  const sizes = new Map<number, number>();
  for (const row of rows) sizes.set(table.group[row]!, (sizes.get(table.group[row]!) ?? 0) + 1);
  const wanted = Math.max(1, Math.round(fraction * rows.length));
  const ranked = [...sizes.keys()].map((group) => [RandomStream.of(group, salt).uint32(), group] as const).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const chosen = new Set<number>();
  let have = 0;
  for (const [, group] of ranked) {
    if (have >= wanted) break;
    chosen.add(group);
    have += sizes.get(group)!;
  }
  return rows.filter((row) => chosen.has(table.group[row]!));
}

/** Equal documents: those held out first, each own file by itself; then training, where `exact` says whether equal ones go. */
export function dropEqual(parts: readonly PlannedPart[], table: DocumentTable, exact: boolean): void {
  const heldOut = new TextIndex(table);
  const groups = new Set<number>();
  const inFiles = new Map<number, TextIndex>();
  for (let row = 0; row < table.length; row++) {
    if (table.fateOf(row) !== 'held-out' || !parts[table.part[row]!]!.isHeldOut) continue;
    const ofSet = inFiles.get(table.heldOutSet[row]!) ?? new TextIndex(table);
    inFiles.set(table.heldOutSet[row]!, ofSet);
    const same = ofSet.put(row);
    if (same >= 0) drop(table, row, 'duplicate', same);
    else heldOut.put(row);
  }
  for (let row = 0; row < table.length; row++) {
    if (table.fateOf(row) !== 'held-out') continue;
    groups.add(table.group[row]!);
    if (parts[table.part[row]!]!.isHeldOut) continue;
    const same = heldOut.put(row);
    if (same >= 0) drop(table, row, 'duplicate', same);
  }
  const seen = new TextIndex(table);
  for (let row = 0; row < table.length; row++) {
    if (table.fateOf(row) !== 'training') continue;
    const same = heldOut.find(row);
    const earlier = exact && same < 0 ? seen.put(row) : -1;
    if (same >= 0) table.settle(row, 'equal-to-held-out', same);
    else if (groups.has(table.group[row]!)) table.settle(row, 'group-held-out');
    else if (earlier >= 0) table.settle(row, 'duplicate', earlier);
  }
}

/** A held-out document that is dropped is in no set any more. */
export function drop(table: DocumentTable, row: number, fate: 'duplicate' | 'near-duplicate', keeper: number): void {
  table.settle(row, fate, keeper);
  table.heldOutSet[row] = noSet;
}
