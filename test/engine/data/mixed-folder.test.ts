// A mix over one folder with every form of file in it, some broken: planned by itself, built, and everything counted.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { stringify } from 'yaml';
import { buildMix, planMix } from '../../../src/engine/data';
import type { MixManifest } from '../../../src/engine/data/shard';
import type { DroppedLine } from '../../../src/protocol/mix-findings';
import { addTokenizer, makeWorkspace, type TestWorkspace } from '../../fixtures/data/workspace';

describe('a folder with every form of file', () => {
  let workspace: TestWorkspace;
  before(async () => {
    workspace = await makeWorkspace();
    await addTokenizer(path.join(workspace.root, 'tokenizer'));
  });
  after(() => workspace.remove());

  it('is built into one source, every record kept or counted by reason', async () => {
    const note = (n: number): string => `The patient number ${n} has fever and cough.`;
    const many = gzipSync(Array.from({ length: 3000 }, (_, i) => `{"text":"${note(100 + i)}"}\n`).join(''));
    const files: Readonly<Record<string, string | Uint8Array>> = {
      'a.txt': note(1), 'b.md': `# Note\n\n${note(2)}`, 'c.html': `<p>${note(3)}</p>`, 'd.jsonl': `{"text":"${note(4)}"}\nbroken\n`,
      'e.json': JSON.stringify([{ text: note(5) }, { text: note(6) }]), 'f.json': JSON.stringify({ text: note(7) }),
      'g.csv': `id,text\n1,"${note(8)}"\n2\n`, 'h.tsv.gz': gzipSync(`text\tid\n${note(9)}\t1\n`),
      'i.parquet': new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'text', data: [note(10), note(11)], type: 'STRING' }] })),
      'j.nxml': `<article><body><p>${note(12)}</p></body></article>`,
      'k.xml': `<PubmedArticleSet><PubmedArticle><PMID>1</PMID><AbstractText>${note(13)}</AbstractText></PubmedArticle></PubmedArticleSet>`,
      'l.jsonl.gz': many.subarray(0, many.length >> 1),
      'm.txt': Buffer.of(0x63, 0x61, 0x66, 0xe9), 'n.bin': Buffer.of(1, 2, 3),
    };
    for (const [name, content] of Object.entries(files)) await workspace.write(`notes/${name}`, content);
    const file = await workspace.write('all.mix.yaml', stringify({
      name: 'all', tokenizer: 'tokenizer', sequenceLength: 32,
      sources: { notes: { path: 'notes', domain: 'clinical' } }, stages: [{ name: 'main', sources: { notes: { epochs: 1 } } }],
    }));
    const plan = await planMix(file, workspace.root);
    assert.deepEqual(plan.sources.get('notes')!.files.map((one) => one.format),
      ['text', 'markdown', 'html', 'jsonl', 'jsonl', 'jsonl', 'csv', 'tsv', 'parquet', 'jats', 'pubmed', 'jsonl', 'text']);
    await buildMix(plan);
    const counts = (JSON.parse(readFileSync(path.join(plan.folder, 'manifest.json'), 'utf8')) as MixManifest).counts['notes']!;
    assert.deepEqual(counts.setAside, { 'not-json': 1, 'column-count': 1, 'broken-gzip': 1, 'not-utf8': 1 });
    assert.equal(counts.unknownFiles, 1);
    assert.ok(counts.documentsKept > 13 + 500, `${counts.documentsKept} kept`);
    assert.equal(counts.documentsKept + 4, counts.documentsRead);
    const records = readFileSync(path.join(plan.folder, 'dropped.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as DroppedLine);
    assert.deepEqual(records.map(({ reason, place: { file, line } }) => [reason, file, line]), [
      ['not-json', 'notes/d.jsonl', 2], ['column-count', 'notes/g.csv', 3], ['broken-gzip', 'notes/l.jsonl.gz', undefined], ['not-utf8', 'notes/m.txt', undefined],
    ]);
    assert.equal(records[0]!.place.offset, `{"text":"${note(4)}"}\n`.length);
    const report = readFileSync(path.join(plan.folder, 'report.md'), 'utf8');
    assert.match(report, /broken-gzip at notes\/l\.jsonl\.gz at byte \d+/);
  });
});
