// Near-duplicates found by MinHash against truth that does not hash: every pair of a seeded corpus compared word for word.
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { RandomStream } from '../../../src/base/math/random';
import { buildMix, measureMix, planMix, readDuplicates, readShard, type MixManifest, type MixPlan } from '../../../src/engine/data';
import { Columns } from '../../../src/engine/data/columns';
import { type BucketKeys, clusterAlike, type ClusterOptions, keysInMemory } from '../../../src/engine/data/near/candidates';
import { jaccard, shinglesOf } from '../../../src/engine/data/near/shingles';
import { Signer } from '../../../src/engine/data/near/signature';
import { loadTokenizer } from '../../../src/engine/tokenizer';
import { type DuplicatesFile, mostMembers } from '../../../src/protocol/mix-findings';
import { addTokenizer, makeWorkspace, type TestWorkspace } from '../../fixtures/data/workspace';

const settings = { nGrams: 5, numBuckets: 14, hashesPerBucket: 8, threshold: 0.8, normNumbers: true, seed: 1 };
const random = RandomStream.of(3, 'near-duplicates/corpus');
const vocabulary = Array.from({ length: 800 }, () => Array.from({ length: 3 + random.integer(6) }, () => 'abcdefghijklmnopqrstuvwxyz'[random.integer(26)]).join(''));
const makeText = (words: number): string[] => Array.from({ length: words }, () => random.pick(vocabulary));

/** A text with some of its words replaced. */
function edited(text: readonly string[], edits: number): string[] {
  const result = [...text];
  for (let i = 0; i < edits; i++) result[random.integer(result.length)] = random.pick(vocabulary);
  return result;
}

/** Jaccard similarity of word 5-grams as strings. */
function trueJaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const gram of a) if (b.has(gram)) shared += 1;
  return shared / (a.size + b.size - shared);
}
const grams = (text: readonly string[]): Set<string> => new Set(text.slice(4).map((_, i) => text.slice(i, i + 5).join(' ')));

describe('near-duplicates of a seeded corpus', () => {
  const corpus: string[][] = [];
  for (let i = 0; i < 90; i++) {
    const text = makeText(150 + random.integer(100));
    corpus.push(text);
    // From all but equal to half alike, so that pairs lie on both sides of the threshold.
    for (const edits of [1, 2, 4, 8, 14]) if (random.uniform() < 0.7) corpus.push(edited(text, edits));
  }
  const shuffled = random.shuffled(corpus);
  const sets = shuffled.map(grams);

  it('has the exact similarity where it compares', () => {
    const shingles = shuffled.slice(0, 60).map((text) => shinglesOf(text.join(' '), settings));
    for (let a = 0; a < shingles.length; a++) {
      for (let b = 0; b < a; b++) assert.equal(jaccard(shingles[a]!, shingles[b]!), trueJaccard(sets[a]!, sets[b]!));
    }
  });

  it('estimates the similarity without bias from signatures', () => {
    const signer = new Signer({ ...settings, numBuckets: 32, hashesPerBucket: 16 });
    const errors: number[] = [];
    for (let i = 0; i < 60; i++) {
      const text = makeText(200);
      const other = edited(text, 1 + (i % 12));
      const [a, b] = [signer.sign(text.join(' '))!, signer.sign(other.join(' '))!];
      errors.push(a.filter((value, at) => value === b[at]).length / a.length - trueJaccard(grams(text), grams(other)));
    }
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const root = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    // 512 hashes: standard error at most sqrt(.25 / 512) = .022 a pair, .003 of the mean of 60.
    assert.ok(Math.abs(mean) < 0.009, `mean error ${mean}`);
    assert.ok(root < 0.03, `root mean square error ${root}`);
  });

  it('finds at least .95 of the pairs that are .85 alike, and at least .98 of what it joins is alike', async () => {
    const signer = new Signer(settings);
    const shingles = shuffled.map((text) => shinglesOf(text.join(' '), settings));
    const { clusters: found, comparedPairs } = await clusterAlike(keysInMemory(shuffled.map((text) => signer.sign(text.join(' '))!), settings), {
      columns: new Columns(path.join(tmpdir(), 'never-made')), onBucket: () => Promise.resolve(),
      verify: (pairs) => Promise.resolve(pairs.map(([a, b]) => jaccard(shingles[a]!, shingles[b]!) >= settings.threshold)),
    });
    const clusters = [...found];
    const clusterOf = new Map(clusters.flatMap((members, at) => members.map((row) => [row, at] as const)));
    let alike = 0;
    let joinedPairs = 0;
    const hasPartner = new Set<number>();
    for (let a = 0; a < sets.length; a++) {
      for (let b = 0; b < a; b++) {
        const similarity = trueJaccard(sets[a]!, sets[b]!);
        const joined = clusterOf.has(a) && clusterOf.get(a) === clusterOf.get(b);
        if (similarity >= 0.85) {
          alike += 1;
          if (joined) joinedPairs += 1;
        }
        if (joined && similarity >= settings.threshold) hasPartner.add(a).add(b);
      }
    }
    assert.ok(alike > 150, `${alike} pairs planted`);
    assert.ok(joinedPairs / alike >= 0.95, `recall ${joinedPairs / alike}`);
    assert.ok(hasPartner.size / clusterOf.size >= 0.98, `precision ${hasPartner.size / clusterOf.size}`);
    assert.ok(comparedPairs < 0.02 * shuffled.length ** 2, `${comparedPairs} pairs compared of ${shuffled.length} documents`);
  });
});

describe('clusters of candidates', () => {
  const alike = (a: number, b: number): boolean => (a * 7 + b * 13) % 5 === 0;
  const keysOf = (rows: readonly (readonly number[])[]): BucketKeys => ({
    rows: rows.length, numBuckets: rows[0]!.length,
    visit: async (bucket, visit) => { for (const [row, keys] of rows.entries()) await visit(row, keys[bucket]!); },
  });
  const cluster = async (rows: readonly (readonly number[])[], options: Pick<ClusterOptions, 'rowsOfWave' | 'keysAtOnce'>, isAlike = alike) => {
    let asked = 0;
    const { clusters, ...counts } = await clusterAlike(keysOf(rows), {
      columns: new Columns(path.join(tmpdir(), 'never-made')), onBucket: () => Promise.resolve(), ...options,
      verify: (pairs) => {
        asked += pairs.length;
        return Promise.resolve(pairs.map(([a, b]) => isAlike(a, b)));
      },
    });
    return { clusters: [...clusters], ...counts, asked };
  };

  it('are those that asking row by row finds, however many rows are taken at once', () => fc.assert(fc.asyncProperty(
    fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(9)), { minLength: 2, maxLength: 400 }), fc.integer({ min: 2, max: 500 }), async (rows, rowsOfWave) => {
      const { asked, ...one } = await cluster(rows, { rowsOfWave: 1 });
      const { asked: askedAtOnce, ...many } = await cluster(rows, { rowsOfWave });
      assert.deepEqual(many, one);
      assert.ok(askedAtOnce >= asked && asked >= one.comparedPairs);
    }), { numRuns: 60, seed: 11 }));

  it('ask about no pair twice that was found unlike', async () => {
    const rows = Array.from({ length: 120 }, () => [1, 1, 1, 1]);
    const { comparedPairs, asked, clusters } = await cluster(rows, {}, () => false);
    assert.deepEqual([comparedPairs, asked, clusters], [(120 * 119) / 2, (120 * 119) / 2, []]);
  });
});

describe('a mix that drops near-duplicates', () => {
  const line = (seedName: string, words = 60): string => {
    const stream = RandomStream.of(1, seedName);
    return Array.from({ length: words }, () => stream.pick(vocabulary)).join(' ');
  };
  const changed = (text: string, at: number): string => text.split(' ').map((word, i) => (i === at ? 'otherword' : word)).join(' ');
  let workspace: TestWorkspace;
  let plan: MixPlan;
  let manifest: MixManifest;
  let duplicates: DuplicatesFile;
  before(async () => {
    workspace = await makeWorkspace({
      'm.mix.yaml': `name: m
tokenizer: tokenizer
sources:
  first: { path: first.txt, format: lines, domain: a }
  second: { path: second.txt, format: lines, domain: b }
deduplicate: { minhash: {} }
stages: [{ name: all, sources: { first: { epochs: 1 }, second: { epochs: 1 } } }]
heldOut:
  own: { path: own.txt, format: lines, domain: a }
`,
      'own.txt': `${line('held')}\n${changed(line('held'), 20)}\n`,
      'first.txt': [line('one'), changed(line('held'), 3), line('two'), changed(line('two'), 59), 'too short', 'also short'].join('\n'),
      'second.txt': [changed(line('one'), 0), line('three'), `Prefix ${line('two').toUpperCase().replaceAll(' ', ', ')}`, changed(line('two'), 30), line('two', 20)].join('\n'),
    });
    await addTokenizer(path.join(workspace.root, 'tokenizer'));
    plan = await planMix(path.join(workspace.root, 'm.mix.yaml'), workspace.root);
    manifest = await buildMix(plan);
    duplicates = await readDuplicates(plan);
  });
  after(() => workspace.remove());

  it('keeps the first of the source named first, and never what is like a held-out document', () => {
    assert.deepEqual(manifest.counts['first']!.setAside, { 'near-held-out': 1, 'near-duplicate': 1 });
    assert.deepEqual(manifest.counts['second']!.setAside, { 'near-duplicate': 3 });
    assert.deepEqual([manifest.counts['first']!.documentsKept, manifest.counts['second']!.documentsKept, manifest.heldOut[0]!.documents], [4, 2, 2]);
    for (const counts of Object.values(manifest.counts)) {
      assert.equal(counts.documentsRead, counts.documentsKept + Object.values(counts.setAside).reduce((a, b) => a + b, 0));
    }
  });

  it('trains on what is kept only', async () => {
    const tokenizer = await loadTokenizer(plan.tokenizerFolder);
    const { tokens, starts } = await readShard(plan.folder, 'stage-all');
    const texts = Array.from(starts, (start, i) => tokenizer.decode([...tokens.subarray(start, starts[i + 1])]));
    assert.deepEqual(texts.sort(), [line('one'), line('two'), 'too short', 'also short', line('three'), line('two', 20)].sort());
  });

  it('lists the clusters by ids, the kept one first, without text', () => {
    assert.deepEqual([duplicates.documents, duplicates.tooShort, duplicates.clusters], [11, 2, 3]);
    const [held, one, two] = duplicates.listed.map(({ members }) => members.map(({ source, document, kept }) => [source, document, kept]));
    assert.deepEqual(held, [['heldout-own', 'own.txt:1', true], ['heldout-own', 'own.txt:2', true], ['first', 'first.txt:2', false]]);
    assert.deepEqual(one, [['first', 'first.txt:1', true], ['second', 'second.txt:1', false]]);
    assert.deepEqual(two, [['first', 'first.txt:3', true], ['first', 'first.txt:4', false], ['second', 'second.txt:3', false], ['second', 'second.txt:4', false]]);
    const similarity = duplicates.listed[1]!.members[1]!.jaccard;
    assert.equal(similarity, Number((55 / 57).toFixed(4)));
    const written = JSON.stringify(duplicates);
    for (const word of line('two').split(' ')) assert.ok(!written.includes(`"${word}`) && !written.includes(` ${word} `));
  });

  it('lists no more than some of a very large cluster, and counts all of it', async () => {
    const alike = Array.from({ length: mostMembers + 7 }, (_, at) => line('crowd').split(' ').map((word, i) => (i === at % 60 ? `other${'abcdefghijklmnopqrstuvwxyz'[Math.floor(at / 60)]!}` : word)).join(' '));
    await workspace.write('crowd.txt', alike.join('\n'));
    const file = await workspace.write('crowd.mix.yaml', 'name: crowd\ntokenizer: tokenizer\nsources: { crowd: { path: crowd.txt, format: lines, domain: a } }\ndeduplicate: { minhash: {} }\nstages: [{ name: all, sources: { crowd: { epochs: 1 } } }]\n');
    const crowd = await planMix(file, workspace.root);
    const { counts } = await buildMix(crowd);
    const { listed, dropped, clusters } = await readDuplicates(crowd);
    assert.equal(counts['crowd']!.setAside['near-duplicate'], dropped);
    assert.equal(listed.reduce((sum, { members, more = 0 }) => sum + members.length + more, 0), clusters + dropped!);
    assert.deepEqual(listed.slice(0, 1).map(({ members, more }) => [members.length, members.filter(({ kept }) => kept).length, more! > 0]), [[mostMembers, 1, true]]);
  });

  it('is measured as it is built, also when its parts are measured already', async () => {
    const sizes = await measureMix(plan);
    const expected = Object.fromEntries(['first', 'second'].map((name) => {
      const { documentsKept, tokens, bytes } = manifest.counts[name]!;
      return [name, { documents: documentsKept, tokens, bytes }];
    }));
    assert.deepEqual(sizes, expected);
    const loose = await planMix(path.join(workspace.root, 'm.mix.yaml'), workspace.root, { 'deduplicate.minhash.threshold': 0.95 });
    const labels = new Set<string>();
    const other = await measureMix(loose, { onProgress: ({ label }) => { labels.add(label); } });
    assert.ok(labels.has('Comparing documents'));
    assert.ok(other['second']!.documents > sizes['second']!.documents);
    const built = await buildMix(loose);
    assert.equal(other['second']!.tokens, built.counts['second']!.tokens);
  });

  it('tells documents apart that differ in numbers when asked to', () => {
    const note = (value: string): string => `Sodium ${value} potassium ${value} chloride ${value} urea ${value} creatinine ${value}`;
    const of = (value: string, normNumbers: boolean): Float64Array => shinglesOf(note(value), { nGrams: 5, normNumbers });
    assert.equal(jaccard(of('1.5', true), of('42', true)), 1);
    assert.equal(jaccard(of('1.5', false), of('42', false)), 0);
  });
});
