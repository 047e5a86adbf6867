// Runs of words of benchmark questions as one hash table that threads share, with what they are runs of.

/** A question and the benchmark file it is from. */
export interface BenchmarkItem { readonly file: number; readonly id: string }

export interface BenchmarkFile {
  /** As the mix names it. */
  readonly name: string;
  readonly benchmark: string;
  readonly split: 'train' | 'evaluation';
}

/** Handed to threads as it is: the two arrays lie in shared memory. */
export interface BenchmarkTable {
  /** Lengths of runs that are looked for, longest first. */
  readonly lengths: readonly number[];
  /** Open addressing by the run's hash; NaN where there is none. */
  readonly hashes: Float64Array;
  /** Of `items`, for each place of `hashes`. */
  readonly owners: Int32Array;
  readonly items: readonly BenchmarkItem[];
  readonly pmids: ReadonlyMap<string, number>;
  readonly files: readonly BenchmarkFile[];
}

export function makeTable(runs: ReadonlyMap<number, number>, facts: Omit<BenchmarkTable, 'hashes' | 'owners'>): BenchmarkTable {
  let places = 16;
  while (places < 2 * runs.size) places *= 2;
  const hashes = new Float64Array(new SharedArrayBuffer(8 * places)).fill(NaN);
  const owners = new Int32Array(new SharedArrayBuffer(4 * places));
  for (const [hash, owner] of runs) {
    let at = placeOf(hash, places);
    while (!Number.isNaN(hashes[at]!)) at = (at + 1) & (places - 1);
    hashes[at] = hash;
    owners[at] = owner;
  }
  return { hashes, owners, ...facts };
}

/** Of `items`; -1 when no question has this run. */
export function ownerOf({ hashes, owners }: BenchmarkTable, hash: number): number {
  const last = hashes.length - 1;
  for (let at = placeOf(hash, hashes.length); ; at = (at + 1) & last) {
    const found = hashes[at]!;
    if (found === hash) return owners[at]!;
    if (Number.isNaN(found)) return -1;
  }
}

function placeOf(hash: number, places: number): number {
  return (hash % 4294967291) & (places - 1);
}
