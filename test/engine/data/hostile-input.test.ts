// Input that is broken, hostile or larger than the memory: what can be read is read, the rest is set aside with its place,
// nothing is fetched and memory stays bounded.
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, open, readdir, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { UserError } from '../../../src/base/errors/problem';
import { buildMix, type MixManifest, type MixPlan, planMix } from '../../../src/engine/data';
import { expandPath } from '../../../src/engine/data/plan/expand';
import { readDocuments } from '../../../src/engine/data/read/read';
import type { ConcreteFormat } from '../../../src/engine/data/read/detect';
import type { ReadItem, ReadOptions } from '../../../src/engine/data/read/document';
import { packageRoot } from '../../../src/engine/parts/assets';
import { readAll, readDefaults } from '../../fixtures/data/read';
import { addTokenizer, makeWorkspace, type TestWorkspace } from '../../fixtures/data/workspace';

const megabyte = 1 << 20;

describe('hostile input', function () {
  this.timeout(120_000);
  let workspace: TestWorkspace;
  before(async () => { workspace = await makeWorkspace(); });
  after(() => workspace.remove());

  async function read(name: string, content: string | Uint8Array, format: ConcreteFormat, settings: Partial<ReadOptions> = {}): Promise<ReadItem[]> {
    return readAll(await workspace.write(name, content), name, format, settings);
  }
  const outcome = (items: readonly ReadItem[]): unknown[] => items.map((item) => (item.kind === 'bad' ? item.reason : item.kind === 'text' ? item.text : item.id));
  const lines = Array.from({ length: 4000 }, (_, i) => `Line ${i} of the document, with a number ${(i * 7919) % 10_007}.`);

  /** What came before is read line by line as it was, then one bad record says where the rest begins. */
  function assertPrefix(items: readonly ReadItem[], reason: string): void {
    const bad = items.at(-1);
    assert.ok(bad?.kind === 'bad');
    assert.equal(bad.reason, reason);
    const kept = items.slice(0, -1);
    assert.ok(kept.length > 100, `${kept.length} lines before the damage`);
    assert.deepEqual(outcome(kept), lines.slice(0, kept.length));
    assert.ok(bad.place.offset! >= Buffer.byteLength(lines.slice(0, kept.length).join('\n')), `offset ${bad.place.offset}`);
  }

  describe('compressed files', () => {
    const zipped = gzipSync(lines.join('\n'));
    const zst = readFileSync(path.join(packageRoot, 'test', 'fixtures', 'data', 'lines.jsonl.zst'));

    it('gzip and Zstandard are read as what is in them', async () => {
      assert.deepEqual(outcome(await read('a.txt.gz', zipped, 'lines')), lines);
      const items = await read('a.jsonl.zst', zst, 'jsonl');
      assert.equal(items.length, 200);
      assert.equal(outcome(items)[199], 'The patient had fever on day 199 and was given amoxicillin.');
    });

    it('several gzip members in one file are one text', async () => {
      assert.deepEqual(outcome(await read('b.txt.gz', Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]), 'lines')), ['one', 'two']);
    });

    it('gzip that is cut off gives what was before the cut', async () => {
      assertPrefix(await read('c.txt.gz', zipped.subarray(0, zipped.length >> 1), 'lines'), 'broken-gzip');
    });

    it('gzip that is broken in the middle gives what was before', async () => {
      // Stored without compression, so that the damage is where it is put: in the header of a later block.
      const stored = gzipSync(lines.join('\n'), { level: 0 });
      const broken = Buffer.from(stored);
      const second = stored.indexOf(Buffer.of(0xff), 60_000);
      broken.fill(0xff, second > 0 ? second - 1 : 66_000, (second > 0 ? second : 66_000) + 6);
      assertPrefix(await read('d.txt.gz', broken, 'lines'), 'broken-gzip');
    });

    it('Zstandard that is cut off is set aside with its place', async () => {
      const items = await read('e.jsonl.zst', zst.subarray(0, zst.length - 200), 'jsonl');
      const bad = items.at(-1);
      assert.equal(bad?.kind === 'bad' && bad.reason, 'broken-zstd');
    });

    it('any damage to any byte ends in documents and counted records, never in an exception', () => fc.assert(fc.asyncProperty(
      fc.constantFrom('gzip', 'zstd'), fc.nat(), fc.integer({ min: 0, max: 255 }), fc.boolean(), async (kind, at, byte, isCut) => {
        const whole = kind === 'gzip' ? gzipSync(readFileSync(path.join(packageRoot, 'package.json'))) : zst;
        const bytes = Buffer.from(isCut ? whole.subarray(0, at % whole.length) : whole);
        if (!isCut) bytes[at % bytes.length] = byte;
        const items = await read('fuzz.jsonl', bytes, kind === 'gzip' ? 'lines' : 'jsonl');
        assert.ok(items.every((item) => item.kind !== 'bad' || item.reason !== ''));
      }), { numRuns: 60 }));
  });

  describe('any format', () => {
    const article = readFileSync(path.join(packageRoot, 'test', 'fixtures', 'data', 'article-jats.nxml'));
    const rows = Array.from({ length: 12 }, (_, i) => ({ id: `n${i}`, text: `The patient had fever on day ${i}, "quoted", and café.` }));
    const chats = rows.map(({ text }) => JSON.stringify({ messages: [{ role: 'user', content: text }, { role: 'assistant', content: 'Yes.' }] })).join('\n');
    const whole: readonly (readonly [ConcreteFormat, string, Buffer])[] = [
      ['text', 'f.txt', Buffer.from(lines.slice(0, 20).join('\n'))], ['lines', 'f.txt', Buffer.from(lines.slice(0, 20).join('\n'))],
      ['markdown', 'f.md', Buffer.from('---\ntitle: Fever\nlicense: MIT\n---\n# Fever\n\nThe *patient* has fever.\n')],
      ['jsonl', 'f.jsonl', Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'))], ['jsonl', 'f.json', Buffer.from(JSON.stringify(rows, undefined, 1))],
      ['csv', 'f.csv', Buffer.from(`id,text\n${rows.map(({ id, text }) => `${id},"${text.replaceAll('"', '""')}"`).join('\n')}\n`)],
      ['parquet', 'f.parquet', Buffer.from(parquetWriteBuffer({ rowGroupSize: 4, columnData: (['id', 'text'] as const).map((name) => ({ name, data: rows.map((row) => row[name]), type: 'STRING' as const })) }))],
      ['chat', 'f.jsonl', Buffer.from(chats)], ['jats', 'f.nxml', article], ['pubmed', 'f.xml', Buffer.from(article.toString().replaceAll(/<(\/?)article(?=[ >])/g, '<$1PubmedArticle'))],
      ['html', 'f.html', Buffer.from('<!doctype html><html><head><title>Fever</title></head><body><main><p>The patient has fever &amp; cough.</p></main></body></html>')],
    ];

    it('damaged anywhere, by any bytes, ends in documents and records with a reason and a place, never in an exception', () => fc.assert(fc.asyncProperty(
      fc.constantFrom(...whole), fc.nat(), fc.uint8Array({ minLength: 0, maxLength: 8 }), fc.constantFrom('cut', 'overwrite', 'insert'), async ([format, name, bytes], place, damage, kind) => {
        const at = place % bytes.length;
        const damaged = kind === 'cut' ? bytes.subarray(0, at) : Buffer.concat([bytes.subarray(0, at), damage, bytes.subarray(kind === 'insert' ? at : at + damage.length)]);
        for (const item of await read(name, damaged, format)) {
          assert.ok(item.kind === 'bad' ? item.reason !== '' && item.place.file === name : item.id !== '', JSON.stringify(item));
        }
      }), { numRuns: 250, seed: 6 }));
  });

  describe('encodings', () => {
    it('UTF-16 with its mark is read, in either order', async () => {
      const utf16 = Buffer.from('\uFEFFGr\u00fc\u00dfe\n\u{1d400}', 'utf16le');
      assert.deepEqual(outcome(await read('a.txt', utf16, 'lines')), ['Grüße', '\u{1d400}']);
      assert.deepEqual(outcome(await read('b.txt', Buffer.from(utf16).swap16(), 'lines')), ['Grüße', '\u{1d400}']);
    });

    it('UTF-16 that ends in half a character is set aside from there', async () => {
      const items = await read('c.txt', Buffer.concat([Buffer.from('\uFEFFone\n', 'utf16le'), Buffer.of(0x00, 0xd8)]), 'lines');
      assert.deepEqual(outcome(items), ['one', 'not-utf16le']);
    });

    it('UTF-8 that is torn costs its record, in XML the rest of the file', async () => {
      const torn = Buffer.concat([Buffer.from('{"text":"caf'), Buffer.of(0xc3), Buffer.from('"}\n{"text":"two"}\n')]);
      assert.deepEqual(outcome(await read('d.jsonl', torn, 'jsonl')), ['not-utf8', 'two']);
      const article = Buffer.concat([Buffer.from('<article><body><p>caf'), Buffer.of(0xc3), Buffer.from('</p></body></article>')]);
      assert.deepEqual(outcome(await read('e.nxml', article, 'jats')), ['not-utf8']);
    });

    it('XML in the encoding it declares is read', async () => {
      const article = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><article><body><p>caf\u00e9</p></body></article>', 'latin1');
      assert.deepEqual(outcome(await read('f.nxml', article, 'jats')), ['café']);
    });

    it('NUL bytes and halves of surrogate pairs are set aside', async () => {
      assert.deepEqual(outcome(await read('g.txt', 'a\0b', 'text')), ['nul-bytes']);
      assert.deepEqual(outcome(await read('h.jsonl', '{"text":"a\\u0000b"}\n{"text":"\\ud800"}\n{"text":"\\ud83d\\ude00"}\n', 'jsonl')), ['nul-bytes', 'not-unicode', '😀']);
      assert.deepEqual(outcome(await read('i.jsonl', '{"messages":[{"role":"user","content":"\\u0000"},{"role":"assistant","content":"a"}]}', 'chat')), ['nul-bytes']);
    });
  });

  describe('XML', () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE article [<!ENTITY a "${'lol'.repeat(100)}">${'bcdefghij'.split('').map((name, i) => `<!ENTITY ${name} "${`&${'abcdefghi'[i]};`.repeat(10)}">`).join('')}]>
<article><body><p>&j;</p></body></article>`;

    it('a bomb of YAML aliases in front matter stays text, not expanded', async () => {
      const levels = 'abcdefghijklmnop'.split('').map((name, i, all) => `${name}: &${name} [${i === 0 ? 'lol' : new Array<string>(9).fill(`*${all[i - 1]!}`).join(', ')}]`);
      const [item] = await read('bomb.md', `---\n${levels.join('\n')}\n---\nThe patient has fever.\n`, 'markdown');
      assert.ok(item?.kind === 'text');
      assert.ok(item.text.endsWith('The patient has fever.') && item.text.length < 2000, `${item.text.length} characters`);
    });

    it('a bomb of entities is an error, not expanded', async () => {
      assert.deepEqual(outcome(await read('a.nxml', bomb, 'jats')), ['not-well-formed']);
      assert.deepEqual(outcome(await read('a.xml', bomb.replaceAll('article', 'PubmedArticle'), 'pubmed')), ['not-well-formed']);
    });

    it('an external DTD or entity is never fetched', async () => {
      let requests = 0;
      const server = createServer((_, response) => { requests += 1; response.end(); });
      await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
      try {
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.dtd`;
        const doctype = `<!DOCTYPE article PUBLIC "-//NLM//DTD JATS//EN" "${url}" [<!ENTITY file SYSTEM "file:///etc/hostname"><!ENTITY % more SYSTEM "${url}"> %more;]>`;
        assert.deepEqual(outcome(await read('b.nxml', `${doctype}<article><body><p>Text.</p></body></article>`, 'jats')), ['Text.']);
        assert.deepEqual(outcome(await read('c.nxml', `${doctype}<article><body><p>&file;</p></body></article>`, 'jats')), ['not-well-formed']);
        assert.equal(requests, 0);
      } finally {
        await new Promise((resolve) => { server.close(resolve); });
      }
    });

    it('elements nested without end are set aside', async () => {
      assert.deepEqual(outcome(await read('d.nxml', `<article><body>${'<sec>'.repeat(100_000)}`, 'jats')), ['nested-too-deep']);
    });

    it('a text, comment or attribute that never ends is not held', async () => {
      for (const open of ['<article><body><p>', '<article><!-- ', '<article a="']) {
        assert.deepEqual(outcome(await read('e.nxml', open + 'x'.repeat(300_000), 'jats', { maximumRecordBytes: 100_000 })), ['record-too-large'], open);
      }
    });
  });

  describe('size', () => {
    async function peakWhile(act: () => Promise<void>): Promise<number> {
      let peak = 0;
      const before = process.memoryUsage().rss;
      const timer = setInterval(() => { peak = Math.max(peak, process.memoryUsage().rss); }, 5);
      await act();
      clearInterval(timer);
      return Math.max(peak, process.memoryUsage().rss) - before;
    }

    it('a line of 200 MB is set aside without being held, and the next line read', async () => {
      const file = path.join(workspace.root, 'long.txt');
      const handle = await open(file, 'w');
      await handle.write('first\n');
      const piece = Buffer.alloc(8 * megabyte, 'x');
      for (let i = 0; i < 25; i++) await handle.write(piece);
      await handle.write('\nlast\n');
      await handle.close();
      for (const format of ['lines', 'jsonl', 'text', 'csv', 'html'] as const) {
        const found: unknown[] = [];
        const grown = await peakWhile(async () => {
          for await (const item of readDocuments({ path: file, name: 'long' }, format, { ...readDefaults, maximumRecordBytes: 4 * megabyte })) {
            found.push(item.kind === 'bad' ? [item.reason, item.place.line] : item.kind === 'text' && item.text);
          }
        });
        assert.ok(grown < 120 * megabyte, `${format} grew by ${(grown / megabyte).toFixed(0)} MB`);
        if (format === 'lines') assert.deepEqual(found, ['first', ['record-too-large', 2], 'last']);
        else assert.ok(JSON.stringify(found).includes('record-too-large'), `${format}: ${JSON.stringify(found)}`);
      }
      await rm(file);
    });

    it('zeros compressed a thousandfold do not fill the memory', async () => {
      const file = await workspace.write('bomb.txt.gz', gzipSync(Buffer.alloc(300 * megabyte)));
      let reasons: unknown[] = [];
      const grown = await peakWhile(async () => { reasons = outcome(await readAll(file, 'bomb.txt.gz', 'lines', { maximumRecordBytes: megabyte })); });
      assert.deepEqual(reasons, ['record-too-large']);
      assert.ok(grown < 200 * megabyte, `grew by ${(grown / megabyte).toFixed(0)} MB`);
    });
  });

  describe('archives', () => {
    /** A zip file whose one entry says that it unpacks to four gigabytes. */
    const bomb = (): Buffer => {
      const header = Buffer.alloc(30);
      header.writeUInt32LE(0x04034b50, 0);
      header.writeUInt16LE(8, 8);
      header.writeUInt32LE(100, 18);
      header.writeUInt32LE(0xffffffff, 22);
      return Buffer.concat([header, Buffer.alloc(100)]);
    };
    const plan = async (source: string, more = ''): Promise<unknown> => {
      await addTokenizer(path.join(workspace.root, 'tokenizer'));
      const file = await workspace.write('archive.mix.yaml', `name: m\ntokenizer: tokenizer\nsources: { a: { path: ${source}, domain: x${more} } }\nstages: [{ name: s, sources: { a: { epochs: 1 } } }]\n`);
      return planMix(file, workspace.root);
    };

    it('are refused with what to do first, unopened, whatever they say is in them', async () => {
      for (const name of ['notes.zip', 'notes.tar.gz', 'notes.tgz', 'notes.7z']) {
        await workspace.write(name, bomb());
        for (const format of ['', ', format: text']) {
          await assert.rejects(plan(name, format), (error) => error instanceof UserError && error.problems[0]!.code === 'mix-archive'
            && error.problems[0]!.key === 'sources.a.path' && error.problems[0]!.value === name && /Unpack/.test(error.problems[0]!.next!), name);
        }
      }
    });

    it('beside documents are counted as files that are not read', async () => {
      await workspace.write('beside/a.txt', 'A document.');
      await workspace.write('beside/a.zip', bomb());
      const { sources } = await plan('beside') as MixPlan;
      assert.deepEqual(sources.get('a')!.unknownFiles, ['beside/a.zip']);
    });

    it('under the name of a text are set aside, not unpacked', async () => {
      assert.deepEqual(outcome(await read('zip.txt', bomb(), 'text')).length, 1);
      assert.equal((await read('zip.jsonl', bomb(), 'jsonl')).every((item) => item.kind === 'bad'), true);
    });
  });

  it('a mix file that is a bomb of aliases is refused', async () => {
    const levels = 'abcdefghijklmnop'.split('').map((name, i, all) => `${name}: &${name} [${i === 0 ? 'lol' : new Array<string>(9).fill(`*${all[i - 1]!}`).join(', ')}]`);
    const file = await workspace.write('bomb.mix.yaml', `${levels.join('\n')}\nname: *p\n`);
    await assert.rejects(planMix(file, workspace.root), (error) => error instanceof UserError && error.problems[0]!.severity === 'error');
  });

  describe('folders', () => {
    it('linked in a circle are walked once', async () => {
      await workspace.write('loop/a.txt', 'a');
      await workspace.write('elsewhere/b.txt', 'b');
      await symlink(path.join('..', 'loop'), path.join(workspace.root, 'loop', 'again'));
      await symlink('.', path.join(workspace.root, 'loop', 'up'));
      await symlink(path.join(workspace.root, 'elsewhere'), path.join(workspace.root, 'loop', 'linked'));
      await symlink(path.join(workspace.root, 'elsewhere'), path.join(workspace.root, 'loop', 'linked-twice'));
      await symlink('nowhere', path.join(workspace.root, 'loop', 'dangling.txt'));
      const names = (await expandPath(workspace.root, 'loop')).map((file) => file.name);
      assert.ok(names.includes('loop/a.txt') && names.includes('loop/linked/b.txt'), names.join(', '));
      assert.equal(new Set(names).size, names.length);
      assert.equal(names.filter((name) => name.endsWith('b.txt')).length, 1, names.join(', '));
    });

    /** Six files of a piece; `act` runs once, when the first documents of it are read. */
    async function builtWhile(act: (folder: string) => void): Promise<{ build: Promise<unknown>; folder: string; again: () => Promise<MixManifest> }> {
      await addTokenizer(path.join(workspace.root, 'tokenizer'));
      const folder = path.join(workspace.root, 'mid-read');
      const write = async (): Promise<void> => {
        for (const name of 'abcdef') await workspace.write(`mid-read/${name}.txt`, Array.from({ length: 400 }, (_, i) => `Line ${i} of ${name}.`).join('\n'));
      };
      await write();
      const file = await workspace.write('mid.mix.yaml', 'name: mid\ntokenizer: tokenizer\nsources: { a: { path: mid-read, format: lines, domain: x } }\nstages: [{ name: s, sources: { a: { epochs: 1 } } }]\n');
      await rm(path.join(workspace.root, '.preclinical'), { recursive: true, force: true });
      const plan = await planMix(file, workspace.root);
      let isDone = false;
      const build = buildMix(plan, { threads: 1, onProgress: ({ label }) => {
        if (isDone || !label.startsWith('Reading')) return;
        isDone = true;
        act(folder);
      } });
      return {
        build, folder: plan.folder,
        again: async () => {
          await write();
          return buildMix(await planMix(file, workspace.root), { threads: 1 });
        },
      };
    }
    const isProblem = (code: string, file: RegExp) => (error: unknown): boolean => error instanceof UserError && error.problems[0]!.code === code && file.test(error.problems[0]!.file ?? '') && error.problems[0]!.next !== undefined;

    it('that vanish in the middle of a build end it with the file that is missing, and leave nothing half made', async () => {
      const { build, folder, again } = await builtWhile((one) => { rmSync(one, { recursive: true }); });
      await assert.rejects(build, isProblem('input-unreadable', /^mid-read\/[a-f]\.txt$/));
      assert.deepEqual(await readdir(path.dirname(folder)).catch(() => []), []);
      assert.equal((await again()).counts['a']!.documentsKept, 2400);
    });

    it('whose files change in the middle of a build end it: what is kept by their hash would not be theirs', async () => {
      const { build, folder, again } = await builtWhile((one) => { appendFileSync(path.join(one, 'f.txt'), '\nOne line more.'); });
      await assert.rejects(build, isProblem('input-changed', /^mid-read\/f\.txt$/));
      assert.deepEqual(await readdir(path.dirname(folder)).catch(() => []), []);
      assert.equal((await again()).counts['a']!.documentsKept, 2400);
    });

    it('that vanish while they are read are an error that names the file', async () => {
      const folder = path.join(workspace.root, 'vanishing');
      await mkdir(folder);
      const file = await workspace.write('vanishing/a.jsonl', '{"text":"one"}\n');
      await workspace.write('vanishing/b.jsonl', '{"text":"two"}\n');
      const files = await expandPath(workspace.root, 'vanishing');
      assert.deepEqual(outcome(await readAll(file, 'vanishing/a.jsonl', 'jsonl')), ['one']);
      await rm(folder, { recursive: true });
      for (const format of ['jsonl', 'text', 'jats', 'parquet', 'csv'] as const) {
        await assert.rejects(readAll(files[1]!.path, files[1]!.name, format), (error) => error instanceof UserError
          && error.problems[0]!.code === 'input-unreadable' && error.problems[0]!.file === 'vanishing/b.jsonl', format);
      }
      assert.deepEqual(await expandPath(workspace.root, 'vanishing'), []);
    });
  });
});
