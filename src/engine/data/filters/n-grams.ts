// The n-grams of a list of words as numbers: two places have the same number where the words are the same.
import { codePoints } from './lengths';

export interface NumberedGrams {
  /** One a place, from 0 in the order in which they first occur. */
  readonly ids: Int32Array;
  readonly distinct: number;
}

export class NGrams {
  /** Of n, at n − 1: each is made of the one before, so a longer one costs one look-up a word. */
  readonly #levels: NumberedGrams[];
  /** Characters of the words before each place. */
  readonly #before: Float64Array;

  constructor(words: readonly string[]) {
    this.#before = new Float64Array(words.length + 1);
    words.forEach((word, i) => { this.#before[i + 1] = this.#before[i]! + codePoints(word); });
    this.#levels = [numbered(words.length, (i) => words[i]!)];
  }

  of(n: number): NumberedGrams {
    const words = this.#levels[0]!;
    while (this.#levels.length < n) {
      const { ids } = this.#levels.at(-1)!;
      const last = this.#levels.length;
      // Below 2^53 for a hundred million places of ten million words.
      this.#levels.push(numbered(Math.max(0, ids.length - 1), (i) => ids[i]! * words.distinct + words.ids[i + last]!));
    }
    return this.#levels[n - 1]!;
  }

  /** Of the n words at a place, without blanks. */
  characters(place: number, n: number): number {
    return this.#before[place + n]! - this.#before[place]!;
  }
}

function numbered(places: number, keyOf: (place: number) => string | number): NumberedGrams {
  const numbers = new Map<string | number, number>();
  const ids = new Int32Array(places);
  for (let i = 0; i < places; i++) {
    const key = keyOf(i);
    let id = numbers.get(key);
    if (id === undefined) {
      id = numbers.size;
      numbers.set(key, id);
    }
    ids[i] = id;
  }
  return { ids, distinct: numbers.size };
}
