// The words of a text as sequences of token ids, and how often each pair of neighbours occurs over all of them. A merge
// touches only the words that hold its pair.
import { PairHeap, type PairEntry } from './pair-heap';

/** Ids stay below this, so that a pair of them is one exact number. */
const idLimit = 2 ** 24;

export class MergeTable {
  readonly #words: number[][];
  readonly #frequencies: readonly number[];
  readonly #counts = new Map<number, number>();
  /** Words in which a pair was seen; some may have lost it since. */
  readonly #wordsOf = new Map<number, Set<number>>();
  readonly #heap = new PairHeap();

  /** `words` are changed in place; `frequencies[i]` is how often word i occurs in the text. */
  constructor(words: number[][], frequencies: readonly number[]) {
    this.#words = words;
    this.#frequencies = frequencies;
    words.forEach((word, index) => {
      for (let i = 0; i + 1 < word.length; i++) this.#change(word[i]!, word[i + 1]!, frequencies[index]!, index);
    });
    for (const key of this.#counts.keys()) this.#offer(key);
  }

  /** The pair to merge next; undefined when none occurs `minimumFrequency` times. */
  next(minimumFrequency: number): PairEntry | undefined {
    for (let entry = this.#heap.pop(); entry !== undefined; entry = this.#heap.pop()) {
      const count = this.#counts.get(pairKey(entry.left, entry.right)) ?? 0;
      if (count !== entry.count) this.#offer(pairKey(entry.left, entry.right));
      else return count >= minimumFrequency ? entry : undefined;
    }
    return undefined;
  }

  /** Replaces the pair by `merged` in every word, from left to right. */
  merge(left: number, right: number, merged: number): void {
    const key = pairKey(left, right);
    const raised = new Set<number>();
    for (const index of this.#wordsOf.get(key) ?? []) this.#mergeWord(index, left, right, merged, raised);
    this.#counts.delete(key);
    this.#wordsOf.delete(key);
    raised.delete(key);
    for (const pair of raised) this.#offer(pair);
  }

  #mergeWord(index: number, left: number, right: number, merged: number, raised: Set<number>): void {
    const word = this.#words[index]!;
    const frequency = this.#frequencies[index]!;
    let written = 0;
    for (let read = 0; read < word.length; read++) {
      if (word[read] !== left || word[read + 1] !== right) {
        word[written++] = word[read]!;
        continue;
      }
      const before = written > 0 ? word[written - 1] : undefined;
      const after = word[read + 2];
      if (before !== undefined) {
        this.#change(before, left, -frequency, index);
        raised.add(this.#change(before, merged, frequency, index));
      }
      if (after !== undefined) {
        this.#change(right, after, -frequency, index);
        raised.add(this.#change(merged, after, frequency, index));
      }
      word[written++] = merged;
      read += 1;
    }
    word.length = written;
  }

  #change(left: number, right: number, by: number, word: number): number {
    const key = pairKey(left, right);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by);
    if (by > 0) {
      const words = this.#wordsOf.get(key);
      if (words) words.add(word);
      else this.#wordsOf.set(key, new Set([word]));
    }
    return key;
  }

  #offer(key: number): void {
    const count = this.#counts.get(key) ?? 0;
    if (count > 0) this.#heap.push({ left: Math.floor(key / idLimit), right: key % idLimit, count });
  }
}

function pairKey(left: number, right: number): number {
  return left * idLimit + right;
}
