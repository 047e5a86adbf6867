// Records written as JSON lines, one JSON value, CSV, TSV or Parquet, plain or compressed, read back as they were.
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { BadRecord } from '../../../../../src/engine/data/read/document';
import type { PlacedRecord } from '../../../../../src/engine/data/read/records/record';
import { readRecords, containerOf } from '../../../../../src/engine/data/read/records/records';
import { JsonSplitter } from '../../../../../src/engine/data/read/records/split-json';
import { readAll, short } from '../../../../fixtures/data/read';
import { makeWorkspace, type TestWorkspace } from '../../../../fixtures/data/workspace';

const limit = 1 << 20;
// Text as tables have it: quotes, delimiters, line ends and letters of several bytes.
const cell = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '"', ',', '\t', '\n', '\r\n', 'é', '𝔸', '\\', '{', ']') });
const row = fc.record({ id: fc.integer({ min: 0, max: 9999 }).map(String), text: cell, note: cell }, { noNullPrototype: true });
const rows = fc.array(row, { minLength: 1, maxLength: 12 });

const quoted = (value: string): string => (/[",\t\r\n]/.test(value) || value === '' ? `"${value.replaceAll('"', '""')}"` : value);
function table(records: readonly Readonly<Record<string, string>>[], delimiter: string): string {
  const names = Object.keys(records[0]!);
  return [names, ...records.map((record) => names.map((name) => record[name]!))].map((cells) => cells.map(quoted).join(delimiter)).join('\n') + '\n';
}
function parquet(records: readonly Readonly<Record<string, string>>[], rowGroupSize = 5): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({
    rowGroupSize, columnData: Object.keys(records[0]!).map((name) => ({ name, data: records.map((record) => record[name]!), type: 'STRING' as const })),
  }));
}

describe('records of any container', () => {
  let workspace: TestWorkspace;
  before(async () => { workspace = await makeWorkspace(); });
  after(() => workspace.remove());

  async function read(name: string, content: string | Uint8Array, maximumBytes = limit): Promise<(PlacedRecord | BadRecord)[]> {
    const items: (PlacedRecord | BadRecord)[] = [];
    for await (const item of readRecords({ path: await workspace.write(name, content), name }, containerOf(name), maximumBytes)) items.push(item);
    return items;
  }
  const values = (items: readonly (PlacedRecord | BadRecord)[]): unknown[] => items.map((item) => (item.kind === 'record' ? item.value : item.reason));
  const json = (records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');

  const written: readonly [name: string, write: (records: readonly Readonly<Record<string, string>>[]) => string | Uint8Array][] = [
    ['a.jsonl', json],
    ['a.jsonl.gz', (records) => gzipSync(json(records))],
    ['a.json', (records) => JSON.stringify(records)],
    ['b.json', (records) => JSON.stringify(records, undefined, 2)],
    ['a.csv', (records) => table(records, ',')],
    ['a.csv.gz', (records) => gzipSync(table(records, ','))],
    ['a.tsv', (records) => table(records, '\t')],
    ['a.parquet', (records) => parquet(records)],
  ];
  for (const [name, write] of written) {
    it(name, () => fc.assert(fc.asyncProperty(rows, async (records) => {
      assert.deepEqual(values(await read(name, write(records))), records);
    }), { numRuns: 25 }));
  }

  it('an element of a JSON list says at which byte it begins', () => fc.assert(fc.asyncProperty(rows, fc.nat(3), async (records, indent) => {
    const text = JSON.stringify(records, undefined, indent);
    for (const item of await read('o.json', text)) {
      assert.ok(item.kind === 'record');
      assert.ok(Buffer.from(text).subarray(item.place.offset).toString().startsWith('{'), `byte ${item.place.offset}`);
    }
  }), { numRuns: 20 }));

  it('cuts JSON the same wherever the chunks end', () => { fc.assert(fc.property(rows, fc.integer({ min: 1, max: 9 }), (records, size) => {
    const bytes = Buffer.from(JSON.stringify(records, undefined, 1));
    const splitter = new JsonSplitter(limit);
    const found = [];
    for (let at = 0; at < bytes.length; at += size) found.push(...splitter.push(bytes.subarray(at, at + size)));
    found.push(...splitter.finish());
    assert.deepEqual(found.map((element) => element.kind === 'element' && JSON.parse(element.bytes!.toString()) as unknown), records);
  })); });

  it('a broken element of a list costs itself alone', async () => {
    const items = await read('c.json', '[\n{"text":"one"},\n{"text": oops},\n,\n{"text":"two"},\n3,\n{"text":"cut');
    assert.deepEqual(items.map((item) => (item.kind === 'record' ? item.value['text'] : [item.reason, item.place.line])),
      ['one', ['not-json', 3], ['not-json', 4], 'two', ['not-an-object', 6], ['not-json', 7]]);
  });

  it('one object is a record, an object of objects holds records', async () => {
    assert.deepEqual(values(await read('d.json', '{"meta": {"year": 2001},\n "text": "one"}')), [{ meta: { year: 2001 }, text: 'one' }]);
    const items = await read('e.json', '{"11": {"text": "one"},\n "12": {"text": "two"}}');
    assert.deepEqual(items.map((item) => item.kind === 'record' && [item.place.record, item.value['text']]), [['11', 'one'], ['12', 'two']]);
  });

  it('what is no JSON value is said once', async () => {
    assert.deepEqual(values(await read('f.json', 'just\ntext')), ['not-json', 'not-json']);
    assert.deepEqual(values(await read('g.json', '[{"a": 1}] and more, and more')), [{ a: 1 }, 'not-json']);
    assert.deepEqual(values(await read('h.json', '[]')), []);
  });

  it('a record larger than allowed is skipped, and the next one read', async () => {
    const records = [{ text: 'one' }, { text: 'x'.repeat(500) }, { text: 'two' }];
    for (const [name, content] of [['i.jsonl', json(records)], ['i.json', JSON.stringify(records)]] as const) {
      assert.deepEqual(values(await read(name, content, 100)), [records[0], 'record-too-large', records[2]]);
    }
  });

  it('rows of CSV that do not fit the header are set aside with their line and byte', async () => {
    const text = 'id,text\n1,"two\nlines"\n2\n\n3,three\n';
    const items = await read('j.csv', text);
    assert.deepEqual(items.map((item) => [item.kind === 'record' ? item.value['text'] : item.reason, item.place.line, item.place.offset]),
      [['two\nlines', 2, 8], ['column-count', 4, 22], ['three', 5, 24]]);
  });

  it('a quote that is never closed ends a CSV file with the rest set aside', async () => {
    const [first, rest] = await read('k.csv', 'id,text\n1,one\n2,"two\n3,three\n');
    assert.ok(first?.kind === 'record' && rest?.kind === 'bad');
    assert.deepEqual([rest.reason, rest.place.line, rest.place.offset], ['not-csv', 3, 14]);
    assert.deepEqual(values(await read('l.csv', `id,text\n1,one\n2,"${'x'.repeat(3000)}\n3,three\n`, 1000)), [{ id: '1', text: 'one' }, 'record-too-large']);
  });

  it('a cell that is not UTF-8 costs its row', async () => {
    const bytes = Buffer.concat([Buffer.from('\uFEFFid,text\n1,é\n2,'), Buffer.of(0xe9), Buffer.from('\n3,x\n')]);
    assert.deepEqual(values(await read('m.csv', bytes)), [{ id: '1', text: 'é' }, 'not-utf8', { id: '3', text: 'x' }]);
  });

  it('a row group that cannot be decoded costs its rows, a footer the file', async () => {
    const records = Array.from({ length: 10 }, (_, i) => ({ text: `document ${i} ${'x'.repeat(40)}` }));
    const bytes = parquet(records);
    const broken = Uint8Array.from(bytes);
    broken.fill(0xff, 4, 60);
    const items = await read('n.parquet', broken);
    assert.deepEqual(items.map((item) => (item.kind === 'bad' ? [item.reason, item.place.record] : item.value['text'])),
      [['broken-row-group', '1-5'], ...records.slice(5).map((record) => record.text)]);
    assert.deepEqual(values(await read('o.parquet', bytes.subarray(0, bytes.length - 20))), ['not-parquet']);
  });

  it('instructions come from tables as well, and a column can be chosen', async () => {
    const path = await workspace.write('p.csv', 'instruction,input,output\nName it.,,A.\n');
    assert.deepEqual(short(await readAll(path, 'p.csv', 'alpaca')), [['p.csv:2', [{ role: 'user', content: 'Name it.' }, { role: 'assistant', content: 'A.' }]]]);
    const notes = await workspace.write('q.tsv', 'id\tbody\tlicense\nn1\tA note.\thttps://creativecommons.org/licenses/by/4.0/\n');
    const [note] = await readAll(notes, 'q.tsv', 'tsv', { textField: 'body' });
    assert.ok(note?.kind === 'text');
    assert.deepEqual([note.id, note.text, note.licence, note.attribute('body')], ['n1', 'A note.', 'CC BY 4.0', 'A note.']);
  });
});
