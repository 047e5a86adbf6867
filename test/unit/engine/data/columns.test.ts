// Columns say what arrays would, whatever little of them is in memory; and what is decided across documents does not depend on how
// much is looked at at once.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { ListedClusters, type NearCluster } from '../../../../src/engine/data/build/listed-clusters';
import { type Column, Columns } from '../../../../src/engine/data/columns';
import { clusterAlike, type Clusters, keysInMemory } from '../../../../src/engine/data/near/candidates';

const pageBytes = 1 << 16;

describe('columns', () => {
  let folder: string;
  before(() => { folder = mkdtempSync(path.join(tmpdir(), 'preclinical-columns-')); });
  after(() => { rmSync(folder, { recursive: true }); });

  it('hold what was put into them, in a file where it does not fit into memory', () => {
    const write = fc.tuple(fc.nat(3), fc.nat(200_000), fc.nat(255));
    fc.assert(fc.property(fc.array(write, { minLength: 1, maxLength: 60 }), (writes) => {
      const columns = new Columns(path.join(folder, 'small'), { bytes: 3 * pageBytes });
      const made = [columns.make('uint8'), columns.make('int32', 0, -1), columns.make('float64'), columns.make('uint32')];
      const meant = made.map(() => new Map<number, number>());
      for (const [column, index, value] of writes) {
        made[column]!.set(index, value);
        meant[column]!.set(index, value);
      }
      for (const [column, index] of writes) {
        assert.equal(made[column]!.at(index), meant[column]!.get(index));
        assert.equal(made[column]!.at(index + 1), meant[column]!.get(index + 1) ?? (column === 1 ? -1 : 0));
      }
      columns.close();
      assert.ok(!existsSync(path.join(folder, 'small')), 'nothing is left behind');
    }), { numRuns: 40 });
  });

  it('leave their room, in memory and in the file, to others when they are given up', () => {
    const file = path.join(folder, 'released');
    const columns = new Columns(file, { bytes: 2 * pageBytes });
    const kept = columns.make('uint16');
    const fill = (column: Column, value: number): void => { for (let at = 0; at < 4 * pageBytes; at += pageBytes / 8) column.set(at, value); };
    fill(kept, 7);
    for (let round = 0, sizeBytes = 0; round < 4; round++) {
      const passing = columns.make('int32', 0, -1);
      fill(passing, round);
      assert.deepEqual([passing.at(pageBytes), passing.at(pageBytes + 1), kept.at(pageBytes)], [round, -1, 7]);
      passing.release();
      assert.deepEqual([passing.length, passing.at(pageBytes)], [0, -1]);
      if (round > 0) assert.equal(statSync(file).size, sizeBytes, 'the file grows no more');
      sizeBytes = statSync(file).size;
    }
    columns.close();
  });

  it('hold clusters as they were put in', () => {
    const one = fc.record({ rows: fc.array(fc.nat(1e9), { minLength: 1, maxLength: 9 }), more: fc.nat(99) }).map(({ rows, more }): NearCluster => ({ rows, more, kept: rows.map((row) => row % 2 === 0), jaccard: rows.map((row) => row / 1e9) }));
    fc.assert(fc.property(fc.array(one, { maxLength: 20 }), (clusters) => {
      const columns = new Columns(path.join(folder, 'clusters'));
      const listed = new ListedClusters(columns);
      for (const cluster of clusters) listed.push(cluster);
      assert.deepEqual([...listed], clusters);
      assert.equal(listed.length, clusters.length);
      columns.close();
    }), { numRuns: 30 });
  });

  it('grow, and make no file while they fit', () => {
    const columns = new Columns(path.join(folder, 'fits'));
    const column = columns.make('uint16');
    for (let i = 0; i < 100_000; i++) column.push(i % 65_536);
    assert.equal(column.length, 100_000);
    assert.deepEqual([column.at(0), column.at(65_535), column.at(99_999)], [0, 65_535, 34_463]);
    assert.ok(!existsSync(path.join(folder, 'fits')));
    columns.close();
  });
});

describe('clusters of documents that are alike', () => {
  const settings = { numBuckets: 3, hashesPerBucket: 1 };
  const columns = (): Columns => new Columns(path.join(tmpdir(), 'never-made'));

  /** Numbers are documents: alike when they are close, and in one bucket when they are close or one of many. */
  async function cluster(numbers: readonly number[], more: { readonly keysAtOnce?: number; readonly rowsOfWave?: number } = {}): Promise<Omit<Clusters, 'clusters'> & { readonly clusters: unknown; readonly asked: number }> {
    let asked = 0;
    const signatures = numbers.map((number) => Int32Array.of(Math.floor(number / 8), Math.floor((number + 4) / 8), number % 3));
    const { clusters, ...counts } = await clusterAlike(keysInMemory(signatures, settings), {
      ...more, columns: columns(), onBucket: () => Promise.resolve(),
      verify: (pairs) => {
        asked += pairs.length;
        return Promise.resolve(pairs.map(([a, b]) => Math.abs(numbers[a]! - numbers[b]!) <= 2));
      },
    });
    return { clusters: [...clusters], ...counts, asked };
  }

  it('are the connected components of the pairs that buckets bring together', async () => {
    const { clusters } = await cluster([100, 7, 300, 9, 101, 11, 103, 500]);
    assert.deepEqual(clusters, [[0, 4, 6], [1, 3, 5]]);
  });

  it('are the same however many rows are verified at once, and hardly more pairs are asked about than compared', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(400), { minLength: 2, maxLength: 80 }), async (numbers) => {
      const { asked, ...one } = await cluster(numbers, { rowsOfWave: 1 });
      const { asked: askedAtOnce, ...atOnce } = await cluster(numbers);
      assert.deepEqual(atOnce, one);
      assert.ok(askedAtOnce >= asked);
      assert.deepEqual((await cluster(numbers, { keysAtOnce: 5 })).clusters, one.clusters);
    }), { numRuns: 25 });
    const many = await cluster(Array.from({ length: 1000 }, () => 64));
    assert.ok(many.asked <= 2 * 999, `${many.asked} pairs of equal documents were asked about`);
  });
});
