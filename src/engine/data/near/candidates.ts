// Locality-sensitive hashing: documents whose signatures agree on all of a bucket's numbers are candidates for being alike.
// Pairs that are verified join into clusters. The keys of one bucket are looked at at a time, a part of them when they are
// many, so that memory does not grow with them.
import type { Column, Columns } from '../columns';
import { Components, Joined } from './components';
import { PairNumbers } from './pairs';
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
  /** Pairs in crowded buckets that nobody looked at. */
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
  const unlike = new PairNumbers(rememberedPairs);
  const parts = Math.max(1, Math.ceil(keys.rows / keysAtOnce));
  let comparedPairs = 0;
  let skippedPairs = 0;
  const meet = async (row: number, last: number, answers: PairNumbers): Promise<void> => {
    let neighbours = 0;
    for (let other = last; other >= 0; other = before.at(other)) {
      if (components.root(row) === components.root(other)) continue;
      if (++neighbours > mostNeighbours) {
        skippedPairs += 1;
        return;
      }
      if (unlike.get(other, row) !== undefined) continue;
      comparedPairs += 1;
      const known = answers.get(other, row);
      if (known === undefined ? (await verify([[other, row]]))[0]! : known === 1) components.join(other, row);
      else unlike.set(other, row, 1);
    }
  };
  const settle = async (wave: readonly Pair[]): Promise<void> => {
    const answers = await foresee(wave, { before, components, unlike, verify });
    for (const [row, last] of wave) await meet(row, last, answers);
  };
  for (let bucket = 0; bucket < keys.numBuckets; bucket++) {
    for (let part = 0; part < parts; part++) {
      const rowOf = new LastRows(Math.min(keys.rows, keysAtOnce));
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
  return { clusters: components.clusters(), comparedPairs, skippedPairs };
}

interface Foresight extends Pick<ClusterOptions, 'verify'> {
  readonly before: Column;
  readonly components: Components;
  readonly unlike: PairNumbers;
}

/**
 * Of a wave of rows, each with its last neighbour, the answers their meeting will ask for: in rounds, as what was found alike
 * joins. Of a row none of whose neighbours was alike so far, twice as many are asked about in the next round.
 */
async function foresee(wave: readonly Pair[], { before, components, unlike, verify }: Foresight): Promise<PairNumbers> {
  const answers = new PairNumbers();
  const joined = new Joined(components);
  let active = wave.map(([row, last]) => ({ row, other: last, neighbours: 0, reach: 1 }));
  while (active.length > 0) {
    const pairs: Pair[] = [];
    const askers: (typeof active)[number][] = [];
    for (const one of active) {
      const { row } = one;
      for (let asked = 0; asked < one.reach && one.other >= 0 && one.neighbours < mostNeighbours; one.other = before.at(one.other)) {
        if (joined.root(row) === joined.root(one.other) || unlike.get(one.other, row) !== undefined) continue;
        pairs.push([one.other, row]);
        askers.push(one);
        one.neighbours += 1;
        asked += 1;
      }
      one.reach *= 2;
    }
    const found = pairs.length === 0 ? [] : await verify(pairs);
    pairs.forEach(([a, b], at) => {
      answers.set(a, b, found[at]! ? 1 : 0);
      if (!found[at]!) return;
      joined.join(a, b);
      askers[at]!.reach = 1;
    });
    active = active.filter(({ other, neighbours }) => other >= 0 && neighbours < mostNeighbours);
  }
  return answers;
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
