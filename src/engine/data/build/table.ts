// All documents of a mix that passed the screen, a row each, in columns of numbers. Rows are in the order of the parts, which is
// the order in which the first of equal ones is kept.
import { statSync } from 'node:fs';
import path from 'node:path';
import type { Column, Columns } from '../columns';
import { rowsName } from '../steps/screen-step';
import { RowsView } from '../steps/rows';
import { readInto } from '../steps/text-reader';

/** What becomes of a row; the words are the reasons it is counted under. */
export const fates = ['training', 'held-out', 'duplicate', 'equal-to-held-out', 'group-held-out', 'near-duplicate', 'near-held-out', 'refused'] as const;
export type Fate = (typeof fates)[number];

export const noSet = 255;

export class DocumentTable {
  readonly part: Column;
  readonly piece: Column;
  /** Among the rows of its piece. */
  readonly row: Column;
  readonly bytes: Column;
  /** Four words a row. */
  readonly key: Column;
  readonly group: Column;
  readonly hasSignature: Column;
  readonly fate: Column;
  /** Held-out set of a row that is held out: its index, else 255. */
  readonly heldOutSet: Column;
  /** Of a duplicate: the row that is kept instead; −1 where there is none. */
  readonly keeper: Column;

  /** Read into again for each piece. */
  #read = Buffer.alloc(0);

  constructor(readonly columns: Columns) {
    this.part = columns.make('uint16');
    this.piece = columns.make('uint32');
    this.row = columns.make('uint32');
    this.bytes = columns.make('uint32');
    this.key = columns.make('uint32');
    this.group = columns.make('float64');
    this.hasSignature = columns.make('uint8');
    this.fate = columns.make('uint8');
    this.heldOutSet = columns.make('uint8', 0, noSet);
    this.keeper = columns.make('int32', 0, -1);
  }

  get length(): number {
    return this.part.length;
  }

  addPiece(part: number, piece: number, screenFolder: string): void {
    const file = path.join(screenFolder, rowsName);
    const { size } = statSync(file);
    if (size > this.#read.length) this.#read = Buffer.alloc(size);
    const bytes = this.#read.subarray(0, size);
    readInto(file, bytes, 0);
    const rows = new RowsView(bytes);
    for (let row = 0; row < rows.count; row++) {
      this.part.push(part);
      this.piece.push(piece);
      this.row.push(row);
      this.bytes.push(rows.textBytes(row));
      for (let word = 0; word < 4; word++) this.key.push(rows.keyWord(row, word));
      this.group.push(rows.group(row));
      this.hasSignature.push(rows.hasSignature(row) ? 1 : 0);
    }
  }

  fateOf(row: number): Fate {
    return fates[this.fate.at(row)]!;
  }

  settle(row: number, fate: Fate, keeper = -1): void {
    this.fate.set(row, fates.indexOf(fate));
    this.keeper.set(row, keeper);
  }

  isLeft(row: number): boolean {
    return this.fate.at(row) <= 1;
  }
}
