// Drops near-duplicates within and across sources. The keys of each bucket are read from the disk, where the screen left them;
// documents that a bucket calls alike are compared exactly, by their text as it is trained on. The kept one is held out, else
// of the source named first, else the first; documents of held-out files always stay, and what is like a held-out one is not
// trained on.
import { setImmediate } from 'node:timers/promises';
import { type BucketKeys, clusterAlike } from '../near/candidates';
import { jaccard, shinglesOf } from '../near/shingles';
import type { MinhashSettings } from '../../../documents/mix/schema';
import type { MixPlan } from '../plan/plan';
import { bandsName } from '../steps/screen-step';
import { TextReader } from '../steps/text-reader';
import type { Corpus } from './corpus';
import { drop } from './held-out';
import type { ReadOptions } from './parts';
import { wholeText } from './normalise';
import path from 'node:path';

/** Runs of words of documents that were compared lately are kept, up to this many of them. */
const mostShingles = 1 << 22;

export interface NearCluster {
  /** The kept one or those held out first. */
  readonly rows: readonly number[];
  readonly kept: readonly boolean[];
  /** To the first. */
  readonly jaccard: readonly number[];
}

export interface NearDuplicates {
  readonly documents: number;
  readonly tooShort: number;
  readonly comparedPairs: number;
  readonly skippedPairs: number;
  readonly clusters: readonly NearCluster[];
}

/** Undefined when the mix does not look for them. */
export async function dropNearDuplicates(plan: MixPlan, corpus: Corpus, { onProgress, signal }: ReadOptions): Promise<NearDuplicates | undefined> {
  const settings = plan.mix.deduplicate.minhash;
  if (!settings) return undefined;
  const { table } = corpus;
  const rows: number[] = [];
  let tooShort = 0;
  for (let row = 0; row < table.length; row++) {
    if (!table.isLeft(row)) continue;
    if (table.hasSignature[row] === 1) rows.push(row);
    else tooShort += 1;
  }
  const kept = new ShinglesOfRows(corpus, settings);
  const alike = (a: number, b: number): number => jaccard(kept.of(a), kept.of(b));
  const { clusters, comparedPairs, skippedPairs } = await clusterAlike(keysOnDisk(corpus, settings), (a, b) => alike(a, b) >= settings.threshold, async (done, total) => {
    onProgress?.({ label: 'Comparing documents', done, total, unit: 'buckets' });
    await setImmediate();
    signal?.throwIfAborted();
  });
  return { documents: rows.length, tooShort, comparedPairs, skippedPairs, clusters: clusters.map((members) => settle(members, corpus, alike)) };
}

/** What is left of a cluster: every document of a held-out file, else the first held out, else the first. */
function settle(members: readonly number[], { table, parts }: Corpus, alike: (a: number, b: number) => number): NearCluster {
  const ofFile = (row: number): boolean => parts[table.part[row]!]!.isHeldOut;
  const rank = (row: number): number => (ofFile(row) ? 0 : table.fateOf(row) === 'held-out' ? 1 : 2);
  const rows = [...members].sort((a, b) => rank(a) - rank(b) || a - b);
  const first = rows[0]!;
  const isHeldOut = rank(first) < 2;
  const kept = rows.map((row) => row === first || ofFile(row));
  rows.forEach((row, at) => {
    if (kept[at]) return;
    if (rank(row) < 2) drop(table, row, 'near-duplicate', first);
    else table.settle(row, isHeldOut ? 'near-held-out' : 'near-duplicate', first);
  });
  return { rows, kept, jaccard: rows.map((row) => Number(alike(first, row).toFixed(4))) };
}

function keysOnDisk({ table, pieces }: Corpus, { numBuckets }: MinhashSettings): BucketKeys {
  return {
    rows: table.length, numBuckets,
    visit: (bucket, visit) => {
      for (const { screenFolder, firstRow, summary: { rows } } of pieces) {
        if (rows === 0) continue;
        const file = new TextReader(path.join(screenFolder, bandsName), 0);
        const bytes = file.bytes(bucket * rows * 8, rows * 8);
        file.close();
        const keys = new Float64Array(rows);
        Buffer.from(keys.buffer).set(bytes);
        for (let row = 0; row < rows; row++) if (!Number.isNaN(keys[row]!) && table.isLeft(firstRow + row)) visit(firstRow + row, keys[row]!);
      }
    },
  };
}

/** Runs of words of documents, read again when they are asked for. */
class ShinglesOfRows {
  readonly #kept = new Map<number, Float64Array>();
  #count = 0;

  constructor(private readonly corpus: Corpus, private readonly settings: MinhashSettings) {}

  of(row: number): Float64Array {
    const known = this.#kept.get(row);
    if (known) {
      this.#kept.delete(row);
      this.#kept.set(row, known);
      return known;
    }
    const shingles = shinglesOf(wholeText(this.corpus.screened(row)), this.settings);
    this.#kept.set(row, shingles);
    this.#count += shingles.length;
    for (const [oldest, one] of this.#kept) {
      if (this.#count <= mostShingles || oldest === row) break;
      this.#kept.delete(oldest);
      this.#count -= one.length;
    }
    return shingles;
  }
}
