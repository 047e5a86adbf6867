// The lists of a build as files: filtered and read page by page, of 100,000 lines as of ten; broken ones end before what is broken.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BuildFiles } from '../../../../src/host/findings/build-files';
import { clustersName, type DroppedLine, droppedName, samplesName, sampleTextsName, type SampleLine } from '../../../../src/protocol/mix-findings';
import { mostInARow, pageRows } from '../../../../src/protocol/panels/findings';

const dropped = (at: number): DroppedLine => ({
  source: at % 4 === 0 ? 'books' : 'notes', document: `d-${at}é`, place: { file: 'x.jsonl', line: at + 1, offset: at }, position: at + 1,
  step: at % 10 === 0 ? 'exact' : 'filter', reason: at % 10 === 0 ? 'duplicate' : 'too-short',
});
const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

describe('the findings of a build as files', () => {
  let folder: string;
  before(() => { folder = mkdtempSync(path.join(os.tmpdir(), 'preclinical-findings-')); });
  after(() => { rmSync(folder, { recursive: true }); });

  it('are read a page at a time, with what they can be filtered by', async () => {
    const all = Array.from({ length: 25_000 }, (_, at) => dropped(at));
    writeFileSync(path.join(folder, droppedName), lines(all));
    const files = new BuildFiles(folder);
    const page = await files.page('dropped', {}, 24_950);
    assert.deepEqual(page.rows, all.slice(24_950));
    assert.equal(page.total, 25_000);
    assert.deepEqual(page.sources, [{ name: 'books', count: 6_250 }, { name: 'notes', count: 18_750 }]);
    assert.deepEqual(page.kinds, [{ name: 'duplicate', count: 2_500 }, { name: 'too-short', count: 22_500 }]);
    const passing = all.filter(({ source, reason }) => source === 'books' && reason === 'duplicate');
    const some = await files.page('dropped', { source: 'books', kind: 'duplicate' }, 200);
    assert.deepEqual([some.rows, some.total], [passing.slice(200, 200 + pageRows), passing.length]);
    assert.deepEqual((await files.page('dropped', { source: 'gone' }, 0)).rows, []);
  });

  it('end before a line that is broken or torn off, and are empty when they are not there', async () => {
    writeFileSync(path.join(folder, droppedName), `${lines([dropped(0), dropped(1)])}{"torn`);
    assert.equal((await new BuildFiles(folder).page('dropped', {}, 0)).total, 2);
    writeFileSync(path.join(folder, droppedName), `${lines([dropped(0)])}nonsense\n${lines([dropped(1)])}`);
    assert.equal((await new BuildFiles(folder).page('dropped', {}, 0)).total, 1);
    assert.deepEqual((await new BuildFiles(folder).page('phi', {}, 0)).rows, []);
    assert.equal(await new BuildFiles(folder).describe(), undefined);
  });

  it('hold no more of a cluster than a page should', async () => {
    const members = Array.from({ length: mostInARow + 7 }, (_, at) => ({ ...dropped(at), kept: at === 0, jaccard: 1 }));
    writeFileSync(path.join(folder, clustersName), lines([{ members }, { members, more: 30 }]));
    const [row, larger] = (await new BuildFiles(folder).page('duplicates', { source: 'notes' }, 0)).rows;
    assert.ok(row && 'members' in row && row.members.length === mostInARow && row.more === 7);
    assert.ok(larger && 'members' in larger && larger.more === 37);
  });

  it('give the texts of a sample by their bytes', async () => {
    writeFileSync(path.join(folder, sampleTextsName), 'vorher é|nachher');
    const found = dropped(3);
    const sample: SampleLine = { ...found, step: 'kept', before: { offset: 0, bytes: 9 }, after: { offset: 10, bytes: 7, cut: true } };
    writeFileSync(path.join(folder, samplesName), lines([sample]));
    const texts = await new BuildFiles(folder).texts(sample);
    assert.deepEqual([texts?.before, texts?.after, texts?.isCut], ['vorher é', 'nachher', true]);
  });
});
