// Rows by their text: the first that was put in under it. Holds the keys of its rows, so that looking one up touches no other row.
import type { DocumentTable } from './table';

const words = 4;

export class TextIndex {
  #rows = new Int32Array(1 << 10).fill(-1);
  #keys = new Uint32Array(words << 10);
  readonly #key = new Uint32Array(words);
  #count = 0;

  constructor(private readonly table: DocumentTable) {}

  /** −1 when no row with this text was put in. */
  find(row: number): number {
    this.#read(row);
    return this.#rows[this.#place()]!;
  }

  /** The row that has this text already; else −1, and it is now this one. */
  put(row: number): number {
    this.#read(row);
    const at = this.#place();
    if (this.#rows[at]! >= 0) return this.#rows[at]!;
    this.#rows[at] = row;
    this.#keys.set(this.#key, words * at);
    if (++this.#count * 3 > this.#rows.length * 2) this.#grow();
    return -1;
  }

  #read(row: number): void {
    for (let word = 0; word < words; word++) this.#key[word] = this.table.key.at(words * row + word);
  }

  #place(): number {
    const last = this.#rows.length - 1;
    let at = this.#key[0]! & last;
    while (this.#rows[at]! >= 0 && !this.#isAt(at)) at = (at + 1) & last;
    return at;
  }

  #isAt(at: number): boolean {
    for (let word = 0; word < words; word++) if (this.#keys[words * at + word] !== this.#key[word]) return false;
    return true;
  }

  #grow(): void {
    const [rows, keys] = [this.#rows, this.#keys];
    this.#rows = new Int32Array(2 * rows.length).fill(-1);
    this.#keys = new Uint32Array(2 * keys.length);
    rows.forEach((row, from) => {
      if (row < 0) return;
      this.#key.set(keys.subarray(words * from, words * from + words));
      const at = this.#place();
      this.#rows[at] = row;
      this.#keys.set(this.#key, words * at);
    });
  }
}
