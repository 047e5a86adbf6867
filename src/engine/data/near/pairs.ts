// Pairs of rows in open addressing: eight bytes a place, where a Set of them takes sixty.
import { mix } from './shingles';

export class PairSet {
  /** Two numbers a place: the first row, −1 where there is none, and the second. */
  #rows = new Int32Array(2 << 10).fill(-1);
  #count = 0;

  /** @param most pairs held; all are forgotten when there are more */
  constructor(private readonly most: number) {}

  has(a: number, b: number): boolean {
    return this.#rows[this.#place(a, b)] !== -1;
  }

  add(a: number, b: number): void {
    if (this.#count >= this.most) {
      this.#rows.fill(-1);
      this.#count = 0;
    }
    const at = this.#place(a, b);
    if (this.#rows[at] !== -1) return;
    this.#rows[at] = a;
    this.#rows[at + 1] = b;
    this.#count += 1;
    if (4 * this.#count > this.#rows.length) this.#grow();
  }

  #place(a: number, b: number): number {
    const rows = this.#rows;
    const last = rows.length - 2;
    let at = (2 * mix(Math.imul(a, 0x9e3779b1) ^ b)) & last;
    while (rows[at] !== -1 && (rows[at] !== a || rows[at + 1] !== b)) at = (at + 2) & last;
    return at;
  }

  #grow(): void {
    const rows = this.#rows;
    this.#rows = new Int32Array(2 * rows.length).fill(-1);
    for (let from = 0; from < rows.length; from += 2) {
      const [a, b] = [rows[from]!, rows[from + 1]!];
      if (a !== -1) this.#rows.set([a, b], this.#place(a, b));
    }
  }
}
