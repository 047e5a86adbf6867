// Drops near-duplicates within and across sources. The keys of each bucket are read from the disk, where the screen left them;
// documents that a bucket calls alike are compared exactly, by their text as it is trained on, on all cores. The kept one is held
// out, else of the source named first, else the first; documents of held-out files always stay, and what is like a held-out one
// is not trained on.
import { setImmediate } from 'node:timers/promises';
import { mostListed, mostMembers } from '../../../protocol/mix-findings';
import { type BucketKeys, clusterAlike, type Pair } from '../near/candidates';
import type { MinhashSettings } from '../../../documents/mix/schema';
import type { MixPlan } from '../plan/plan';
import type { ComparedPiece, CompareTask } from '../steps/compare-step';
import type { Pool } from '../steps/pool';
import { bandsName } from '../steps/screen-step';
import { readInto } from '../steps/text-reader';
import type { Corpus } from './corpus';
import { drop } from './held-out';
import { ListedClusters, type NearCluster } from './listed-clusters';
import type { ReadOptions } from './parts';
import path from 'node:path';

/** Below this many pairs one thread is done before others have begun. */
const fewPairs = 512;
/** Documents of clusters that are settled together. */
const documentsAtOnce = 4096;

export interface NearDuplicates {
  readonly documents: number;
  readonly tooShort: number;
  readonly comparedPairs: number;
  readonly skippedPairs: number;
  readonly clusters: number;
  /** Documents of all clusters that are trained on no more. */
  readonly dropped: number;
  /** The first clusters: as many as are listed. */
  readonly listed: ListedClusters;
}

/** Undefined when the mix does not look for them. */
export async function dropNearDuplicates(plan: MixPlan, corpus: Corpus, pool: Pool, { onProgress, signal }: ReadOptions): Promise<NearDuplicates | undefined> {
  const settings = plan.mix.deduplicate.minhash;
  if (!settings) return undefined;
  const { table } = corpus;
  let [documents, tooShort] = [0, 0];
  for (let row = 0; row < table.length; row++) {
    if (!table.isLeft(row)) continue;
    if (table.hasSignature.at(row) === 1) documents += 1;
    else tooShort += 1;
  }
  const compare = (pairs: readonly Pair[]): Promise<Float64Array> => compareAll(pairs, corpus, pool, settings);
  const { clusters, comparedPairs, skippedPairs } = await clusterAlike(keysOnDisk(corpus, settings), {
    columns: table.columns,
    verify: async (pairs) => Array.from(await compare(pairs), (similarity) => similarity >= settings.threshold),
    onBucket: async (done, total) => {
      onProgress?.({ label: 'Comparing documents', done, total, unit: 'buckets' });
      await setImmediate();
      signal?.throwIfAborted();
    },
  });
  return { documents, tooShort, comparedPairs, skippedPairs, ...await settleAll(clusters, corpus, compare) };
}

/** Cluster by cluster, some of them compared at once. */
async function settleAll(clusters: Iterable<readonly number[]>, corpus: Corpus, compare: (pairs: readonly Pair[]) => Promise<Float64Array>): Promise<Pick<NearDuplicates, 'clusters' | 'dropped' | 'listed'>> {
  const listed = new ListedClusters(corpus.table.columns);
  let count = 0;
  let dropped = 0;
  let waiting: Omit<NearCluster, 'jaccard'>[] = [];
  let documents = 0;
  const list = async (): Promise<void> => {
    const similarities = await compare(waiting.flatMap(({ rows }) => rows.map((row): Pair => [rows[0]!, row])));
    let at = 0;
    for (const one of waiting) listed.push({ ...one, jaccard: one.rows.map(() => Number(similarities[at++]!.toFixed(4))) });
    waiting = [];
    documents = 0;
  };
  for (const members of clusters) {
    const { rows, kept } = settle(members, corpus);
    dropped += kept.filter((isKept) => !isKept).length;
    if (count++ >= mostListed) continue;
    const shown = rows.slice(0, mostMembers);
    waiting.push({ rows: shown, kept: kept.slice(0, mostMembers), more: rows.length - shown.length });
    documents += shown.length;
    if (documents >= documentsAtOnce) await list();
  }
  await list();
  return { clusters: count, dropped, listed };
}

/** What is left of a cluster: every document of a held-out file, else the first held out, else the first. */
function settle(members: readonly number[], { table, parts }: Corpus): Pick<NearCluster, 'rows' | 'kept'> {
  const ofFile = (row: number): boolean => parts[table.part.at(row)]!.isHeldOut;
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
  return { rows, kept };
}

/** Jaccard similarity of each pair: shared out among the threads in stretches, so that rows that come again are read once. */
async function compareAll(pairs: readonly Pair[], { table, pieces, parts }: Corpus, pool: Pool, { nGrams, normNumbers }: MinhashSettings): Promise<Float64Array> {
  const stretch = Math.max(fewPairs, Math.ceil(pairs.length / pool.threads));
  const tasks: { kind: 'compare'; task: CompareTask }[] = [];
  for (let from = 0; from < pairs.length; from += stretch) {
    const rows = new Places();
    const numbers = new Uint32Array(2 * Math.min(stretch, pairs.length - from));
    for (let at = 0; 2 * at < numbers.length; at++) {
      const [a, b] = pairs[from + at]!;
      numbers[2 * at] = rows.of(a);
      numbers[2 * at + 1] = rows.of(b);
    }
    const places = new Places();
    const documents = Uint32Array.from(rows.all().flatMap((row) => [places.of(table.piece.at(row)), table.row.at(row)]));
    const compared = places.all().map((piece): ComparedPiece => {
      const { readFolder, screenFolder, part } = pieces[piece]!;
      return { readFolder, screenFolder, phiScreen: parts[part]!.phiScreen };
    });
    tasks.push({ kind: 'compare', task: { pieces: compared, documents, pairs: numbers, shingles: { nGrams, normNumbers } } });
  }
  const found = new Float64Array(pairs.length);
  (await pool.map(tasks, () => undefined)).forEach((similarities, at) => { found.set(similarities, at * stretch); });
  return found;
}

/** Numbers in the order in which they were first named. */
class Places {
  readonly #places = new Map<number, number>();

  of(number: number): number {
    const known = this.#places.get(number);
    if (known !== undefined) return known;
    this.#places.set(number, this.#places.size);
    return this.#places.size - 1;
  }

  all(): number[] {
    return [...this.#places.keys()];
  }
}

function keysOnDisk({ table, pieces }: Corpus, { numBuckets }: MinhashSettings): BucketKeys {
  // Read into again for each piece and bucket: what is made anew waits for a collection, and there are thousands of them.
  const keys = new Float64Array(pieces.reduce((most, { summary: { rows } }) => Math.max(most, rows), 0));
  return {
    rows: table.length, numBuckets,
    visit: async (bucket, visit) => {
      for (const { screenFolder, firstRow, summary: { rows } } of pieces) {
        if (rows === 0) continue;
        readInto(path.join(screenFolder, bandsName), new Uint8Array(keys.buffer, 0, rows * 8), bucket * rows * 8);
        for (let row = 0; row < rows; row++) {
          if (Number.isNaN(keys[row]!) || !table.isLeft(firstRow + row)) continue;
          const wait = visit(firstRow + row, keys[row]!);
          if (wait) await wait;
        }
      }
    },
  };
}
