// Pairs of rows with a small number each, in open addressing: some bytes a pair, where a Map takes sixty.
import { mix } from './shingles';

export class PairNumbers {
  #first = new Int32Array(1 << 10).fill(-1);
  #second = new Int32Array(1 << 10);
  #values = new Uint8Array(1 << 10);
  #count = 0;

  /** @param most pairs held; all are forgotten when there are more */
  constructor(private readonly most = Infinity) {}

  /** Undefined of a pair that was not set. */
  get(a: number, b: number): number | undefined {
    const at = this.#place(a, b);
    return this.#first[at] === -1 ? undefined : this.#values[at];
  }

  set(a: number, b: number, value: number): void {
    if (this.#count >= this.most) {
      this.#first.fill(-1);
      this.#count = 0;
    }
    const at = this.#place(a, b);
    if (this.#first[at] === -1) this.#count += 1;
    this.#first[at] = a;
    this.#second[at] = b;
    this.#values[at] = value;
    if (3 * this.#count > 2 * this.#first.length) this.#grow();
  }

  #place(a: number, b: number): number {
    const last = this.#first.length - 1;
    let at = mix(Math.imul(a, 0x9e3779b1) ^ b) & last;
    while (this.#first[at] !== -1 && (this.#first[at] !== a || this.#second[at] !== b)) at = (at + 1) & last;
    return at;
  }

  #grow(): void {
    const [first, second, values] = [this.#first, this.#second, this.#values];
    this.#first = new Int32Array(2 * first.length).fill(-1);
    this.#second = new Int32Array(2 * first.length);
    this.#values = new Uint8Array(2 * first.length);
    first.forEach((a, from) => {
      if (a === -1) return;
      const at = this.#place(a, second[from]!);
      this.#first[at] = a;
      this.#second[at] = second[from]!;
      this.#values[at] = values[from]!;
    });
  }
}
