// All documents of a mix that passed the screen, a row each, in columns of numbers: some fifty bytes a document are all of the
// corpus that is held in memory. Rows are in the order of the parts, which is the order in which the first of equal ones is kept.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { rowsName } from '../steps/screen-step';
import { RowsView } from '../steps/rows';

/** What becomes of a row; the words are the reasons it is counted under. */
export const fates = ['training', 'held-out', 'duplicate', 'equal-to-held-out', 'group-held-out', 'near-duplicate', 'near-held-out', 'refused'] as const;
export type Fate = (typeof fates)[number];

export class DocumentTable {
  readonly part: Uint16Array;
  readonly piece: Uint32Array;
  /** Among the rows of its piece. */
  readonly row: Uint32Array;
  /** Position among the records of its part, from 1. */
  readonly position: Float64Array;
  readonly bytes: Uint32Array;
  /** Four words a row. */
  readonly key: Uint32Array;
  readonly group: Float64Array;
  readonly hasSignature: Uint8Array;
  readonly fate: Uint8Array;
  /** Held-out set of a row that is held out: its index, else 255. */
  readonly heldOutSet: Uint8Array;
  /** Of a duplicate: the row that is kept instead; −1 where there is none. */
  readonly keeper: Int32Array;
  #length = 0;

  constructor(readonly capacity: number) {
    this.part = new Uint16Array(capacity);
    this.piece = new Uint32Array(capacity);
    this.row = new Uint32Array(capacity);
    this.position = new Float64Array(capacity);
    this.bytes = new Uint32Array(capacity);
    this.key = new Uint32Array(4 * capacity);
    this.group = new Float64Array(capacity);
    this.hasSignature = new Uint8Array(capacity);
    this.fate = new Uint8Array(capacity);
    this.heldOutSet = new Uint8Array(capacity).fill(noSet);
    this.keeper = new Int32Array(capacity).fill(-1);
  }

  get length(): number {
    return this.#length;
  }

  /** @param positionsBefore records of the part before this piece */
  addPiece(part: number, piece: number, positionsBefore: number, screenFolder: string): void {
    const rows = new RowsView(readFileSync(path.join(screenFolder, rowsName)));
    for (let row = 0; row < rows.count; row++) {
      const at = this.#length++;
      this.part[at] = part;
      this.piece[at] = piece;
      this.row[at] = row;
      this.position[at] = positionsBefore + rows.record(row) + 1;
      this.bytes[at] = rows.textBytes(row);
      for (let word = 0; word < 4; word++) this.key[4 * at + word] = rows.keyWord(row, word);
      this.group[at] = rows.group(row);
      this.hasSignature[at] = rows.hasSignature(row) ? 1 : 0;
    }
  }

  fateOf(row: number): Fate {
    return fates[this.fate[row]!]!;
  }

  settle(row: number, fate: Fate, keeper = -1): void {
    this.fate[row] = fates.indexOf(fate);
    this.keeper[row] = keeper;
  }

  isLeft(row: number): boolean {
    return this.fate[row]! <= 1;
  }

  sameText(a: number, b: number): boolean {
    for (let word = 0; word < 4; word++) if (this.key[4 * a + word] !== this.key[4 * b + word]) return false;
    return true;
  }
}

export const noSet = 255;

/** Rows by their text: the first that was put in under it. */
export class TextIndex {
  #rows: Int32Array;
  #count = 0;

  constructor(private readonly table: DocumentTable) {
    this.#rows = new Int32Array(1 << 10).fill(-1);
  }

  /** −1 when no row with this text was put in. */
  find(row: number): number {
    return this.#rows[this.#place(row)]!;
  }

  /** The row that has this text already; else −1, and it is now this one. */
  put(row: number): number {
    const at = this.#place(row);
    if (this.#rows[at]! >= 0) return this.#rows[at]!;
    this.#rows[at] = row;
    if (++this.#count * 3 > this.#rows.length * 2) this.#grow();
    return -1;
  }

  #place(row: number): number {
    const last = this.#rows.length - 1;
    let at = this.table.key[4 * row]! & last;
    while (this.#rows[at]! >= 0 && !this.table.sameText(this.#rows[at]!, row)) at = (at + 1) & last;
    return at;
  }

  #grow(): void {
    const rows = this.#rows;
    this.#rows = new Int32Array(2 * rows.length).fill(-1);
    for (const row of rows) if (row >= 0) this.#rows[this.#place(row)] = row;
  }
}
