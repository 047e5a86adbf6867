// Locality-sensitive hashing: documents whose signatures agree on all of a bucket's numbers are candidates for being alike.
// Pairs that are verified join into clusters. The keys of one bucket are looked at at a time, a part of them when they are
// many, so that memory does not grow with them.
import type { Column, Columns } from '../columns';
import { Components, Joined } from './components';
import { PairSet } from './pairs';
import { mix } from './shingles';

export interface BucketSettings { readonly numBuckets: number; readonly hashesPerBucket: number }

/** Where keys are kept: calls `visit` with each row that has one and its key in this bucket, rows ascending; waits for what it returns. */
export interface BucketKeys {
  readonly rows: number;
  readonly numBuckets: number;
  visit(bucket: number, visit: (row: number, key: number) => Promise<void> | undefined): Promise<void>;
}

/** Two rows that a bucket calls alike, the earlier one first. */
export type Pair = readonly [a: number, b: number];

export interface ClusterOptions {
  readonly columns: Columns;
  /** Whether the documents of each pair are alike, many pairs at a time: the order of the answers is that of the pairs. */
  readonly verify: (pairs: readonly Pair[]) => Promise<readonly boolean[]>;
  /** Called after each bucket. */
  readonly onBucket: (done: number, total: number) => Promise<void>;
  /** Keys held at once; more are gone through in parts. */
  readonly keysAtOnce?: number;
  /** Rows with a neighbour whose pairs are verified together. */
  readonly rowsOfWave?: number;
}

export interface Clusters {
  /** Each ascending, by their first row. */
  readonly clusters: Iterable<readonly number[]>;
  readonly comparedPairs: number;
  /** Times a row of a crowded bucket was compared with the latest of its neighbours only. */
  readonly skippedPairs: number;
}

/** Documents of one key that a row is compared with, newest first: what is alike has joined by then. */
const mostNeighbours = 128;
/** Pairs found unlike that are remembered, so that another bucket does not have them compared again. */
const rememberedPairs = 1 << 20;

/**
 * Clusters: the connected components of candidate pairs that `verify` confirms. Pairs that other pairs have joined already are
 * not asked about. Rows are taken in their order; what they will need is verified beforehand, many at a time, so that the
 * result does not depend on how many threads do it.
 */
export async function clusterAlike(keys: BucketKeys, { columns, verify, onBucket, keysAtOnce = 1 << 18, rowsOfWave = 1 << 11 }: ClusterOptions): Promise<Clusters> {
  const components = new Components(columns, keys.rows);
  const before = columns.make('int32');
  const unlike = new PairSet(rememberedPairs);
  const parts = Math.max(1, Math.ceil(keys.rows / keysAtOnce));
  let comparedPairs = 0;
  let skippedPairs = 0;
  const meet = async (row: number, last: number, { others, answers }: Foreseen): Promise<void> => {
    let neighbours = 0;
    let own = components.root(row);
    let at = 0;
    for (let other = last; other >= 0; other = before.at(other)) {
      if (own === components.root(other)) continue;
      if (++neighbours > mostNeighbours) {
        skippedPairs += 1;
        return;
      }
      // Both go from the newest to the oldest.
      while (at < others.length && others[at]! > other) at += 1;
      const known = others[at] === other ? answers[at]! : unlike.has(other, row) ? wasUnlike : undefined;
      if (known === wasUnlike) continue;
      comparedPairs += 1;
      if (known === undefined ? !(await verify([[other, row]]))[0]! : known === isUnlike) {
        unlike.add(other, row);
        continue;
      }
      components.join(other, row);
      own = components.root(row);
    }
  };
  // One for all parts of all buckets: made anew for each, what they left behind would wait for a collection that is slow to come.
  const rowOf = new LastRows(Math.min(keys.rows, keysAtOnce));
  const settle = async (wave: readonly Pair[]): Promise<void> => {
    const foreseen = await foresee(wave, { before, components, unlike, verify });
    for (const [at, [row, last]] of wave.entries()) await meet(row, last, foreseen[at]!);
  };
  for (let bucket = 0; bucket < keys.numBuckets; bucket++) {
    for (let part = 0; part < parts; part++) {
      rowOf.clear();
      let wave: Pair[] = [];
      await keys.visit(bucket, (row, key) => {
        if (parts > 1 && key % parts !== part) return undefined;
        const last = rowOf.replace(key, row);
        before.set(row, last);
        if (last < 0) return undefined;
        wave.push([row, last]);
        if (wave.length < rowsOfWave) return undefined;
        const full = wave;
        wave = [];
        return settle(full);
      });
      await settle(wave);
    }
    await onBucket(bucket + 1, keys.numBuckets);
  }
  before.release();
  return { clusters: components.clusters(), comparedPairs, skippedPairs };
}

interface Foresight extends Pick<ClusterOptions, 'verify'> {
  readonly before: Column;
  readonly components: Components;
  readonly unlike: PairSet;
}

/** What a pair was found to be, and that it had been found unlike before. */
const isUnlike = 0;
const isAlike = 1;
const wasUnlike = 2;

/** Of one row: neighbours from the newest to the oldest, and what each pair is. */
interface Foreseen { readonly others: readonly number[]; readonly answers: readonly number[] }

/**
 * Of a wave of rows, each with its last neighbour, the answers their meeting will ask for: in rounds, as what was found alike
 * joins. Of a row none of whose neighbours was alike so far, twice as many are asked about in the next round.
 */
async function foresee(wave: readonly Pair[], { before, components, unlike, verify }: Foresight): Promise<readonly Foreseen[]> {
  const joined = new Joined(components);
  const all = wave.map(([row, last]) => ({ row, next: last, reach: 1, others: [] as number[], answers: [] as number[] }));
  let active = all;
  while (active.length > 0) {
    const pairs: Pair[] = [];
    const askers: { readonly one: (typeof all)[number]; readonly at: number }[] = [];
    for (const one of active) {
      const { row, others, answers } = one;
      const own = joined.root(row);
      for (let asked = 0; asked < one.reach && one.next >= 0 && others.length < mostNeighbours; one.next = before.at(one.next)) {
        if (own === joined.root(one.next)) continue;
        others.push(one.next);
        answers.push(wasUnlike);
        if (unlike.has(one.next, row)) continue;
        pairs.push([one.next, row]);
        askers.push({ one, at: others.length - 1 });
        asked += 1;
      }
      one.reach *= 2;
    }
    const found = pairs.length === 0 ? [] : await verify(pairs);
    pairs.forEach(([a, b], place) => {
      const { one, at } = askers[place]!;
      one.answers[at] = found[place]! ? isAlike : isUnlike;
      if (!found[place]!) return;
      joined.join(a, b);
      one.reach = 1;
    });
    active = active.filter(({ next, others }) => next >= 0 && others.length < mostNeighbours);
  }
  return all;
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

  clear(): void {
    this.#keys.fill(NaN);
    this.#count = 0;
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

/** One number a bucket: two documents are candidates where these are equal. */
export function bandKeys(signature: Int32Array, { numBuckets, hashesPerBucket }: BucketSettings): Float64Array {
  return Float64Array.from({ length: numBuckets }, (_, bucket) => bucketKey(signature, bucket * hashesPerBucket, hashesPerBucket));
}

/** The keys of signatures that are all in memory. */
export function keysInMemory(signatures: readonly Int32Array[], settings: BucketSettings): BucketKeys {
  const keys = signatures.map((signature) => bandKeys(signature, settings));
  return {
    rows: signatures.length, numBuckets: settings.numBuckets,
    visit: async (bucket, visit) => { for (const [row, one] of keys.entries()) await visit(row, one[bucket]!); },
  };
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
