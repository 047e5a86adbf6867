// A built mix as rows for other engines: every token once, in the order of the shard, with labels and positions.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { UserError } from '../../../src/base/errors/problem';
import { buildMix, exportRows, planMix, readShard, type TokenShard } from '../../../src/engine/data';
import type { TokenRow } from '../../../src/engine/data';
import { addTokenizer, makeWorkspace, type TestWorkspace } from '../../fixtures/data/workspace';

describe('a mix for other engines', () => {
  let workspace: TestWorkspace;
  const folders = new Map<string, string>();
  before(async () => {
    const mix = (name: string, source: string): string => `name: ${name}\ntokenizer: tokenizer\nsequenceLength: 16\nsources: { a: { path: ${source}, domain: x } }\nstages: [{ name: all, sources: { a: { epochs: 1 } } }]\nheldOut: { h: { path: held.txt, format: lines, domain: x } }\n`;
    workspace = await makeWorkspace({
      'text.mix.yaml': mix('text', 'lines.jsonl'), 'chat.mix.yaml': mix('chat', 'chats.jsonl'), 'held.txt': 'Held out.\n',
      'lines.jsonl': Array.from({ length: 700 }, (_, i) => JSON.stringify({ text: `Note ${i} says${' more'.repeat(i % 9)}.` })).join('\n'),
      'chats.jsonl': ['Fever', 'Cough'].map((one) => JSON.stringify({ messages: [{ role: 'user', content: `${one}?` }, { role: 'assistant', content: 'Yes.' }] })).join('\n'),
    });
    await addTokenizer(path.join(workspace.root, 'tokenizer'));
    for (const name of ['text', 'chat']) {
      const plan = await planMix(path.join(workspace.root, `${name}.mix.yaml`), workspace.root);
      await buildMix(plan);
      folders.set(name, plan.folder);
    }
  });
  after(() => workspace.remove());

  const parquet = async (name: string): Promise<TokenRow[]> => await parquetReadObjects({ file: await asyncBufferFromFile(path.join(workspace.root, name)) }) as unknown as TokenRow[];
  function assertIsShard(rows: readonly TokenRow[], { tokens, starts, lossMask }: TokenShard): void {
    assert.deepEqual(rows.flatMap((row) => row.input_ids), [...tokens]);
    assert.deepEqual(rows.flatMap((row) => row.labels), Array.from(tokens, (id, at) => (lossMask?.[at] === 0 ? -100 : id)));
    const positions = rows.flatMap((row) => row.position_ids);
    assert.deepEqual(positions.flatMap((position, at) => (position === 0 ? [at] : [])), [...starts]);
    assert.ok(positions.every((position, at) => position === 0 || position === positions[at - 1]! + 1));
  }

  it('is Parquet of whole sequences of text, the last one shorter', async () => {
    const written = await exportRows(folders.get('text')!, path.join(workspace.root, 'out'), 'parquet');
    const shard = await readShard(folders.get('text')!, 'stage-all');
    const rows = await parquet('out/stage-all.parquet');
    assert.ok(rows.length > 512, 'more than a row group');
    assert.deepEqual(written, { 'stage-all.parquet': Math.ceil(shard.tokens.length / 16), 'heldout-h.parquet': 1 });
    assert.ok(rows.slice(0, -1).every((row) => row.input_ids.length === 16));
    assertIsShard(rows, shard);
  });

  it('is a row a document of instructions, where only the answers are labels', async () => {
    await exportRows(folders.get('chat')!, path.join(workspace.root, 'chat'), 'parquet');
    const shard = await readShard(folders.get('chat')!, 'stage-all');
    const rows = await parquet('chat/stage-all.parquet');
    assert.equal(rows.length, 2);
    assert.ok(rows.every((row) => row.labels.includes(-100) && row.position_ids[0] === 0));
    assertIsShard(rows, shard);
  });

  it('is written with every build of a mix that asks for it, beside the same shards and in the manifest', async () => {
    const text = await readFile(path.join(workspace.root, 'text.mix.yaml'), 'utf8');
    const file = await workspace.write('both.mix.yaml', text.replace('name: text', 'name: both\nexport: [parquet, jsonl]'));
    const plan = await planMix(file, workspace.root);
    const { files } = await buildMix(plan);
    assert.deepEqual(files.filter(({ name }) => name.startsWith('stage-')).map(({ name }) => name), ['stage-all.tokens.bin', 'stage-all.starts.bin', 'stage-all.parquet', 'stage-all.jsonl']);
    const rows = await parquet(path.relative(workspace.root, path.join(plan.folder, 'stage-all.parquet')));
    assertIsShard(rows, await readShard(folders.get('text')!, 'stage-all'));
    assert.equal((await readFile(path.join(plan.folder, 'stage-all.jsonl'), 'utf8')).trim().split('\n').length, rows.length);
    for (const { name, sha256, bytes } of files.filter((one) => /\.(parquet|jsonl)$/.test(one.name))) {
      const content = await readFile(path.join(plan.folder, name));
      assert.deepEqual([name, content.length, createHash('sha256').update(content).digest('hex')], [name, bytes, sha256]);
    }
    assert.ok((await stat(path.join(plan.folder, 'stage-all.parquet'))).mode % 0o100 === 0, 'readable by its owner only');
  });

  it('names in the manifest what read and encoded it', async () => {
    const { tools } = await buildMix(await planMix(path.join(workspace.root, 'text.mix.yaml'), workspace.root));
    assert.equal(tools!['node'], process.versions.node);
    for (const name of ['preclinical', 'pdfjs-dist', 'csv-parse', 'htmlparser2', 'hyparquet', 'saxes']) assert.match(tools![name] ?? '', /^\d+\.\d+\.\d+/, name);
  });

  it('is the same as JSON lines, and nothing is written over', async () => {
    await exportRows(folders.get('text')!, path.join(workspace.root, 'lines'), 'jsonl');
    const lines = (await readFile(path.join(workspace.root, 'lines/stage-all.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as TokenRow);
    assertIsShard(lines, await readShard(folders.get('text')!, 'stage-all'));
    await assert.rejects(exportRows(folders.get('text')!, path.join(workspace.root, 'lines'), 'jsonl'), (error) => error instanceof UserError && error.problems[0]!.code === 'export-exists');
  });
});
