// Locality-sensitive hashing: documents whose signatures agree on all of a bucket's numbers are candidates for being alike.
// Pairs that are verified join into clusters.
import { mix } from './shingles';

export interface BucketSettings { readonly numBuckets: number; readonly hashesPerBucket: number }

export class CandidateIndex {
  /** By bucket, then by row: two rows are candidates of each other where these are equal. */
  readonly #keys: readonly Float64Array[];
  readonly #rows: number;

  constructor(signatures: readonly Int32Array[], { numBuckets, hashesPerBucket }: BucketSettings) {
    this.#rows = signatures.length;
    this.#keys = Array.from({ length: numBuckets }, (_, bucket) => Float64Array.from(signatures, (signature) => bucketKey(signature, bucket * hashesPerBucket, hashesPerBucket)));
  }

  /** Every row that has a candidate, as 1. */
  flagged(): Uint8Array {
    const flags = new Uint8Array(this.#rows);
    for (const keys of this.#keys) {
      const first = new Map<number, number>();
      keys.forEach((key, row) => {
        const other = first.get(key);
        if (other === undefined) first.set(key, row);
        else flags[row] = flags[other] = 1;
      });
    }
    return flags;
  }

  /**
   * Clusters: the connected components of candidate pairs that `areAlike` confirms, each ascending, by their first row.
   * Pairs that other pairs have joined already are not asked about. `onBucket` is called after each bucket.
   */
  async clusters(areAlike: (a: number, b: number) => boolean, onBucket: (done: number, total: number) => Promise<void>): Promise<{ readonly clusters: readonly (readonly number[])[]; readonly comparedPairs: number }> {
    const parents = Int32Array.from({ length: this.#rows }, (_, row) => row);
    let comparedPairs = 0;
    for (const [bucket, keys] of this.#keys.entries()) {
      const last = new Map<number, number>();
      // The row before each one with the same key; -1 when it is the first.
      const before = new Int32Array(this.#rows).fill(-1);
      for (let row = 0; row < this.#rows; row++) {
        const key = keys[row]!;
        before[row] = last.get(key) ?? -1;
        last.set(key, row);
        for (let other = before[row]!; other >= 0; other = before[other]!) {
          if (root(parents, row) === root(parents, other) || this.#metBefore(row, other, bucket)) continue;
          comparedPairs += 1;
          if (areAlike(other, row)) join(parents, other, row);
        }
      }
      await onBucket(bucket + 1, this.#keys.length);
    }
    return { clusters: componentsOf(parents), comparedPairs };
  }

  #metBefore(a: number, b: number, bucket: number): boolean {
    for (let earlier = 0; earlier < bucket; earlier++) if (this.#keys[earlier]![a] === this.#keys[earlier]![b]) return true;
    return false;
  }
}

function bucketKey(signature: Int32Array, start: number, length: number): number {
  let a = 0x3c6ef372;
  let b = 0x1b873593;
  for (let i = start; i < start + length; i++) {
    a = mix(a ^ signature[i]!);
    b = Math.imul(b, 31) ^ mix(signature[i]! + b);
  }
  return (a >>> 0) * 0x200000 + (mix(b) >>> 11);
}

/** Union-find with path halving; the least row is the root of its component. */
function root(parents: Int32Array, row: number): number {
  let at = row;
  while (parents[at] !== at) {
    parents[at] = parents[parents[at]!]!;
    at = parents[at]!;
  }
  return at;
}

function join(parents: Int32Array, a: number, b: number): void {
  const [one, two] = [root(parents, a), root(parents, b)];
  parents[Math.max(one, two)] = Math.min(one, two);
}

function componentsOf(parents: Int32Array): number[][] {
  const sizes = new Int32Array(parents.length);
  for (let row = 0; row < parents.length; row++) sizes[root(parents, row)]! += 1;
  const components = new Map<number, number[]>();
  for (let row = 0; row < parents.length; row++) {
    const top = root(parents, row);
    if (sizes[top] === 1) continue;
    const members = components.get(top);
    if (members) members.push(row);
    else components.set(top, [row]);
  }
  return [...components.values()];
}
