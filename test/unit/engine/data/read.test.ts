// Readers of plain formats: what becomes a document, what is set aside and where.
import assert from 'node:assert/strict';
import type { ConcreteFormat } from '../../../../src/engine/data/read/detect';
import type { ReadItem } from '../../../../src/engine/data/read/document';
import { readDocuments } from '../../../../src/engine/data/read/read';
import { readDefaults } from '../../../fixtures/data/read';
import { makeWorkspace, type TestWorkspace } from '../../../fixtures/data/workspace';

describe('readers', () => {
  let workspace: TestWorkspace;
  before(async () => { workspace = await makeWorkspace(); });
  after(() => workspace.remove());

  async function read(name: string, content: string | Uint8Array, format: ConcreteFormat, textField = 'text'): Promise<ReadItem[]> {
    const path = await workspace.write(name, content);
    return collect(readDocuments({ path, name }, format, { ...readDefaults, textField }));
  }
  async function collect(items: AsyncIterable<ReadItem>): Promise<ReadItem[]> {
    const all: ReadItem[] = [];
    for await (const item of items) all.push(item);
    return all;
  }
  const short = (items: readonly ReadItem[]): unknown[] => items.map((item) =>
    item.kind === 'bad' ? [item.reason, item.place.line ?? item.place.record] : item.kind === 'text' ? [item.id, item.text] : [item.id, item.messages]);

  it('text is one document a file, without byte order mark and with plain line ends', async () => {
    assert.deepEqual(short(await read('a.txt', '\uFEFFone\r\ntwo\n\n', 'text')), [['a.txt', 'one\ntwo']]);
  });

  it('bytes that are not UTF-8 are set aside, not replaced', async () => {
    assert.deepEqual(short(await read('latin.txt', Uint8Array.of(0x66, 0xe9), 'text')), [['not-utf8', undefined]]);
    assert.deepEqual(short(await read('latin.lines', Buffer.concat([Buffer.from('a\n'), Buffer.of(0xe9), Buffer.from('\nb')]), 'lines')),
      [['latin.lines:1', 'a'], ['not-utf8', 2], ['latin.lines:3', 'b']]);
  });

  it('lines are documents, empty ones none', async () => {
    assert.deepEqual(short(await read('b.txt', 'one\r\n\n  \ntwo', 'lines')), [['b.txt:1', 'one'], ['b.txt:4', 'two']]);
  });

  it('a line longer than a chunk of the file stays one line', async () => {
    const long = 'é'.repeat(70_000);
    assert.deepEqual(short(await read('long.txt', `${long}\nx\n`, 'lines')), [['long.txt:1', long], ['long.txt:2', 'x']]);
  });

  it('markdown keeps its markup and gives its front matter as attributes', async () => {
    const [item] = await read('c.md', '---\npatient: 7\n---\n# Title\n\nText *here*.', 'markdown');
    assert.ok(item?.kind === 'text');
    assert.equal(item.text, '# Title\n\nText *here*.');
    assert.equal(item.attribute('patient'), '7');
    assert.deepEqual(short(await read('d.md', '---\njust a rule\n---\nText', 'markdown')), [['d.md', '---\njust a rule\n---\nText']]);
  });

  it('jsonl sets bad lines aside with their line', async () => {
    const items = await read('e.jsonl', '{"text":"one","id":"x","meta":{"patient":3}}\nnot json\n["list"]\n{"body":"no text"}\n\n{"text":"two"}\n', 'jsonl');
    assert.deepEqual(short(items), [['x', 'one'], ['not-json', 2], ['not-an-object', 3], ['no-text-field', 4], ['e.jsonl:6', 'two']]);
    assert.ok(items[0]?.kind === 'text' && items[3]?.kind === 'bad');
    assert.equal(items[0].attribute('meta.patient'), '3');
    assert.match(items[3].detail, /`text`; the record has body/);
  });

  it('jsonl takes another field, a list, and a .json file with a record a line', async () => {
    assert.deepEqual(short(await read('f.jsonl', '{"body":"b"}', 'jsonl', 'body')), [['f.jsonl:1', 'b']]);
    assert.deepEqual(short(await read('g.json', '[\n {"text":"one"},\n {"text":"two"}\n]', 'jsonl')), [['g.json#1', 'one'], ['g.json#2', 'two']]);
    assert.deepEqual(short(await read('h.json', '{"text":"one"}\n{"text":"two"}\n', 'jsonl')), [['h.json:1', 'one'], ['h.json:2', 'two']]);
  });

  it('never quotes a record in its message', async () => {
    const [item] = await read('i.json', '[{"text": "secret name" "x"}]', 'jsonl');
    assert.ok(item?.kind === 'bad');
    assert.equal(item.reason, 'not-json');
    assert.doesNotMatch(item.detail, /secret/);
  });

  it('pubmedqa gives abstracts, never the question, the decision or the long answer', async () => {
    const record = { QUESTION: 'Is Q asked?', CONTEXTS: ['First part.', 'Second part.'], LONG_ANSWER: 'Long answer.', final_decision: 'yes', YEAR: '2001' };
    const items = await read('p.json', JSON.stringify({ '123': record, 'abc': record, '124': { ...record, CONTEXTS: [] } }, undefined, 1), 'pubmedqa');
    // Keys that are whole numbers come first in a JSON object, whatever their order in the file.
    assert.deepEqual(short(items), [['pmid:123', 'First part.\nSecond part.'], ['no-contexts', '124'], ['no-pubmed-id', 'abc']]);
    assert.ok(items[0]?.kind === 'text');
    assert.deepEqual([items[0].attribute('pmid'), items[0].naturalGroup, items[0].attribute('LONG_ANSWER')], ['123', 'pmid', undefined]);
  });
});
