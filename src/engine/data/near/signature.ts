// MinHash (Broder 1997): of each of many hash functions the least value over a document's runs of words. Two documents have
// the same least value with a chance that is their Jaccard similarity.
import { RandomStream } from '../../../base/math/random';
import { type ShingleSettings, shinglesOf, word32 } from './shingles';

export interface SignatureSettings extends ShingleSettings {
  readonly numBuckets: number;
  readonly hashesPerBucket: number;
  readonly seed: number;
}

export class Signer {
  readonly #multipliers: Int32Array;
  readonly #offsets: Int32Array;

  constructor(readonly settings: SignatureSettings) {
    const random = RandomStream.of(settings.seed, 'minhash');
    const hashes = settings.numBuckets * settings.hashesPerBucket;
    // An odd multiplier makes x → m·x + o (mod 2^32) a permutation; the runs are well mixed already.
    this.#multipliers = Int32Array.from({ length: hashes }, () => random.uint32() | 1);
    this.#offsets = Int32Array.from({ length: hashes }, () => random.uint32() | 0);
  }

  /** Numbers of a signature. */
  get length(): number {
    return this.#multipliers.length;
  }

  /** Undefined for a text with fewer words than a run: it is like no other. */
  sign(text: string): Int32Array | undefined {
    const shingles = shinglesOf(text, this.settings);
    if (shingles.length === 0) return undefined;
    const words = new Int32Array(shingles.length);
    for (let i = 0; i < words.length; i++) words[i] = word32(shingles[i]!);
    const signature = new Int32Array(this.length);
    for (let hash = 0; hash < signature.length; hash++) {
      const multiplier = this.#multipliers[hash]!;
      const offset = this.#offsets[hash]!;
      let least = 0x7fffffff;
      for (let i = 0; i < words.length; i++) {
        const value = (Math.imul(multiplier, words[i]!) + offset) | 0;
        if (value < least) least = value;
      }
      signature[hash] = least;
    }
    return signature;
  }
}
