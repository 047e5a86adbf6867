// Which documents are kept out of training. Chosen before anything else is decided across documents, by a hash of the group
// (patient, article, else the document): whole groups, the same ones on every machine. Then exact duplicates go, first of all
// what is equal to a held-out document or shares its group. Texts and groups are gone through in parts, by their hash, so that
// what is held in memory of them does not grow with the corpus.
import { mixError } from '../plan/place';
import type { MixPlan } from '../plan/plan';
import type { Column } from '../columns';
import { chooseGroups } from './choose-groups';
import type { PlannedPart } from './parts';
import { type DocumentTable, noSet } from './table';
import { TextIndex } from './text-index';

/** Rows of the parts that are held-out files get the set of their name; of each other set, rows of its source. */
export function chooseHeldOut(plan: MixPlan, parts: readonly PlannedPart[], table: DocumentTable): void {
  Object.entries(plan.mix.heldOut).forEach(([name, set], index) => {
    const part = parts.findIndex((one) => one.isHeldOut === ('path' in set) && one.name === ('path' in set ? name : set.source));
    const hold = (row: number): void => {
      table.heldOutSet.set(row, index);
      table.settle(row, 'held-out');
    };
    if ('path' in set) {
      for (let row = 0; row < table.length; row++) if (table.part.at(row) === part) hold(row);
      return;
    }
    const isFree = (row: number): boolean => table.part.at(row) === part && (table.heldOutSet.at(row) === noSet);
    const chosenRows = table.columns.make('int32');
    const { free, chosen } = chooseGroups(table, table.columns, isFree, { fraction: set.fraction, salt: `${plan.mix.seed}/${name}` }, (row) => { chosenRows.push(row); });
    if (chosen === free) {
      throw mixError(plan.file, ['heldOut', name, 'fraction'], {
        code: 'mix-held-out-takes-all', value: String(set.fraction),
        message: free === 0 ? `source ${set.source} has no documents` : `this leaves no document of source ${set.source} for training, since groups stay whole`,
        next: 'Give the source more documents or groups, or hold out a smaller fraction.',
      });
    }
    for (let at = 0; at < chosenRows.length; at++) hold(chosenRows.at(at));
    chosenRows.release();
  });
}

/**
 * Equal documents: those held out first, each own file by itself; then training, where `exact` says whether equal ones go.
 * `rowsOfPass`: rows whose texts or groups are held at once.
 */
export function dropEqual(parts: readonly PlannedPart[], table: DocumentTable, exact: boolean, rowsOfPass = 1 << 18): void {
  const passes = Math.max(1, Math.ceil(table.length / rowsOfPass));
  const isOfFile = (row: number): boolean => parts[table.part.at(row)]!.isHeldOut;
  const isOfPass = (row: number, pass: number): boolean => table.key.at(4 * row + 1) % passes === pass;
  for (let pass = 0; pass < passes; pass++) dropEqualHeldOut(table, (row) => isOfPass(row, pass), isOfFile);
  const sharesGroup = rowsWithHeldOutGroups(table, passes, isOfFile);
  for (let pass = 0; pass < passes; pass++) {
    const heldOut = indexHeldOut(table, (row) => isOfPass(row, pass), isOfFile);
    const seen = new TextIndex(table);
    for (let row = 0; row < table.length; row++) {
      if (table.fateOf(row) !== 'training' || !isOfPass(row, pass)) continue;
      const same = heldOut.find(row);
      const earlier = exact && same < 0 ? seen.put(row) : -1;
      if (same >= 0) table.settle(row, 'equal-to-held-out', same);
      else if (sharesGroup.at(row) === 1) table.settle(row, 'group-held-out');
      else if (earlier >= 0) table.settle(row, 'duplicate', earlier);
    }
  }
  sharesGroup.release();
}

function dropEqualHeldOut(table: DocumentTable, isOne: (row: number) => boolean, isOfFile: (row: number) => boolean): void {
  const heldOut = new TextIndex(table);
  const inFiles = new Map<number, TextIndex>();
  for (let row = 0; row < table.length; row++) {
    if (table.fateOf(row) !== 'held-out' || !isOne(row) || !isOfFile(row)) continue;
    const set = table.heldOutSet.at(row);
    const ofSet = inFiles.get(set) ?? new TextIndex(table);
    inFiles.set(set, ofSet);
    const same = ofSet.put(row);
    if (same >= 0) drop(table, row, 'duplicate', same);
    else heldOut.put(row);
  }
  for (let row = 0; row < table.length; row++) {
    if (table.fateOf(row) !== 'held-out' || !isOne(row) || isOfFile(row)) continue;
    const same = heldOut.put(row);
    if (same >= 0) drop(table, row, 'duplicate', same);
  }
}

/** What is held out once the equal ones among it are gone: those of files first. */
function indexHeldOut(table: DocumentTable, isOne: (row: number) => boolean, isOfFile: (row: number) => boolean): TextIndex {
  const heldOut = new TextIndex(table);
  for (const ofFile of [true, false]) {
    for (let row = 0; row < table.length; row++) if (table.fateOf(row) === 'held-out' && isOne(row) && isOfFile(row) === ofFile) heldOut.put(row);
  }
  return heldOut;
}

/** One a row that shares a group with a held-out one; a document of a source that was dropped as equal to a held-out one counts. */
function rowsWithHeldOutGroups(table: DocumentTable, passes: number, isOfFile: (row: number) => boolean): Column {
  const shares = table.columns.make('uint8');
  for (let pass = 0; pass < passes; pass++) {
    const groups = new Set<number>();
    const isOne = (row: number): boolean => table.group.at(row) % passes === pass;
    const wasChosen = (row: number): boolean => table.fateOf(row) === 'held-out' || (table.fateOf(row) === 'duplicate' && !isOfFile(row));
    for (let row = 0; row < table.length; row++) if (wasChosen(row) && isOne(row)) groups.add(table.group.at(row));
    if (groups.size === 0) continue;
    for (let row = 0; row < table.length; row++) if (isOne(row) && groups.has(table.group.at(row))) shares.set(row, 1);
  }
  return shares;
}

/** A held-out document that is dropped is in no set any more. */
export function drop(table: DocumentTable, row: number, fate: 'duplicate' | 'near-duplicate', keeper: number): void {
  table.settle(row, fate, keeper);
  table.heldOutSet.set(row, noSet);
}
