// Locality-sensitive hashing: documents whose signatures agree on all of a bucket's numbers are candidates for being alike.
// Pairs that are verified join into clusters. The keys of one bucket are looked at at a time, a part of them when they are
// many, so that memory does not grow with them; only a few bytes a document are held.
import { mix } from './shingles';

export interface BucketSettings { readonly numBuckets: number; readonly hashesPerBucket: number }

/** Where keys are kept: calls `visit` with each row that has one and its key in this bucket, rows ascending. */
export interface BucketKeys {
  readonly rows: number;
  readonly numBuckets: number;
  visit(bucket: number, visit: (row: number, key: number) => void): void;
}

export interface Clusters {
  /** Each ascending, by their first row. */
  readonly clusters: readonly (readonly number[])[];
  readonly comparedPairs: number;
  /** Pairs in crowded buckets that nobody looked at. */
  readonly skippedPairs: number;
}

/** Keys held at once; more are gone through in parts. */
const mostKeys = 1 << 21;
/** Documents of one key that a row is compared with, newest first: what is alike has joined by then. */
const mostNeighbours = 128;
/** Pairs found unlike that are remembered, so that another bucket does not have them compared again. */
const rememberedPairs = 1 << 20;

/**
 * Clusters: the connected components of candidate pairs that `areAlike` confirms. Pairs that other pairs have joined already
 * are not asked about. `onBucket` is called after each bucket.
 */
export async function clusterAlike(keys: BucketKeys, areAlike: (a: number, b: number) => boolean, onBucket: (done: number, total: number) => Promise<void>): Promise<Clusters> {
  const parents = Int32Array.from({ length: keys.rows }, (_, row) => row);
  const before = new Int32Array(keys.rows);
  const unlike = new PairSet(rememberedPairs);
  const parts = Math.max(1, Math.ceil(keys.rows / mostKeys));
  let comparedPairs = 0;
  let skippedPairs = 0;
  const meet = (row: number, last: number): void => {
    let neighbours = 0;
    for (let other = last; other >= 0; other = before[other]!) {
      if (root(parents, row) === root(parents, other)) continue;
      if (++neighbours > mostNeighbours) {
        skippedPairs += 1;
        return;
      }
      if (unlike.has(other, row)) continue;
      comparedPairs += 1;
      if (areAlike(other, row)) join(parents, other, row);
      else unlike.add(other, row);
    }
  };
  for (let bucket = 0; bucket < keys.numBuckets; bucket++) {
    for (let part = 0; part < parts; part++) {
      const rowOf = new LastRows(Math.min(keys.rows, mostKeys));
      keys.visit(bucket, (row, key) => {
        if (parts > 1 && key % parts !== part) return;
        const last = rowOf.replace(key, row);
        before[row] = last;
        if (last >= 0) meet(row, last);
      });
    }
    await onBucket(bucket + 1, keys.numBuckets);
  }
  return { clusters: componentsOf(parents), comparedPairs, skippedPairs };
}

/** The last row that had a key: open addressing. */
class LastRows {
  #keys: Float64Array;
  #rows: Int32Array;
  #count = 0;

  constructor(expected: number) {
    let places = 1 << 10;
    while (places < 2 * expected) places *= 2;
    this.#keys = new Float64Array(places).fill(NaN);
    this.#rows = new Int32Array(places);
  }

  /** The row that was there before; -1 when there was none. */
  replace(key: number, row: number): number {
    const at = this.#place(key);
    const isNew = Number.isNaN(this.#keys[at]!);
    const last = isNew ? -1 : this.#rows[at]!;
    this.#keys[at] = key;
    this.#rows[at] = row;
    if (isNew && ++this.#count * 4 > this.#keys.length * 3) this.#grow();
    return last;
  }

  #place(key: number): number {
    const last = this.#keys.length - 1;
    let at = (key % 4294967291) & last;
    while (this.#keys[at] !== key && !Number.isNaN(this.#keys[at]!)) at = (at + 1) & last;
    return at;
  }

  #grow(): void {
    const [keys, rows] = [this.#keys, this.#rows];
    this.#keys = new Float64Array(2 * keys.length).fill(NaN);
    this.#rows = new Int32Array(2 * rows.length);
    keys.forEach((key, at) => {
      if (Number.isNaN(key)) return;
      const place = this.#place(key);
      this.#keys[place] = key;
      this.#rows[place] = rows[at]!;
    });
  }
}

/** Pairs of rows, forgotten all at once when there are too many. */
class PairSet {
  readonly #pairs = new Set<number>();

  constructor(private readonly most: number) {}

  has(a: number, b: number): boolean {
    return this.#pairs.has(a * 2 ** 31 + b);
  }

  add(a: number, b: number): void {
    if (this.#pairs.size >= this.most) this.#pairs.clear();
    this.#pairs.add(a * 2 ** 31 + b);
  }
}

/** One number a bucket: two documents are candidates where these are equal. */
export function bandKeys(signature: Int32Array, { numBuckets, hashesPerBucket }: BucketSettings): Float64Array {
  return Float64Array.from({ length: numBuckets }, (_, bucket) => bucketKey(signature, bucket * hashesPerBucket, hashesPerBucket));
}

/** The keys of signatures that are all in memory. */
export function keysInMemory(signatures: readonly Int32Array[], settings: BucketSettings): BucketKeys {
  const keys = signatures.map((signature) => bandKeys(signature, settings));
  return { rows: signatures.length, numBuckets: settings.numBuckets, visit: (bucket, visit) => { keys.forEach((one, row) => { visit(row, one[bucket]!); }); } };
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
