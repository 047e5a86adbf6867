// A built mix as rows of tokens for other engines: Parquet, or JSON lines. A row of text is a stretch of the stage as long as a
// sequence, the last one shorter; a row of instructions is a document. Nothing is dropped and nothing padded.
import { createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { once } from 'node:events';
import type { SchemaElement } from 'hyparquet';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { userError } from '../../../base/errors/problem';
import { privateFileMode, privateFolderMode } from '../../../runs/files/atomic';
import { readManifest } from '../read-shard';
import { type MixManifest, shardHeaderBytes } from '../shard';
import { TextReader } from '../steps/text-reader';

/** Lists of one length: `labels` are ids or −100 where nothing is learnt, `position_ids` start again at each document. */
export interface TokenRow { readonly input_ids: number[]; readonly labels: number[]; readonly position_ids: number[] }

export type RowFormat = 'parquet' | 'jsonl';

/** What transformers and torch leave out of the loss. */
const ignoredLabel = -100;
const columns = ['input_ids', 'labels', 'position_ids'] as const;
const rowsOfGroup = 512;

/** Writes `stage-NAME.FORMAT` and `heldout-NAME.FORMAT` into `folder`; returns the rows of each file. */
export async function exportRows(product: string, folder: string, format: RowFormat): Promise<Record<string, number>> {
  const manifest = await readManifest(product);
  await mkdir(folder, { recursive: true, mode: privateFolderMode });
  const written: Record<string, number> = {};
  for (const name of [...manifest.stages.map((stage) => `stage-${stage.name}`), ...manifest.heldOut.map((set) => `heldout-${set.name}`)]) {
    const file = path.join(folder, `${name}.${format}`);
    if (await stat(file).catch(() => undefined)) throw userError({ code: 'export-exists', file, message: 'this file is there already', next: 'Name another folder, or remove it first.' });
    written[path.basename(file)] = await (format === 'parquet' ? writeParquet : writeJsonLines)(file, tokenRows(product, name, manifest));
  }
  return written;
}

/** Rows of one stage or held-out set, read from its shard a row at a time. */
export function* tokenRows(product: string, name: string, { content, sequenceLength, files }: MixManifest): Generator<TokenRow> {
  const entriesOf = (suffix: string, bytes: number): number | undefined => {
    const entry = files.find((file) => file.name === `${name}.${suffix}`);
    return entry && (entry.bytes - shardHeaderBytes) / bytes;
  };
  const total = entriesOf('tokens.bin', 4)!;
  const documents = entriesOf('starts.bin', 4)!;
  const open = (suffix: string): TextReader => new TextReader(path.join(product, `${name}.${suffix}`));
  const [tokens, starts, mask] = [open('tokens.bin'), open('starts.bin'), entriesOf('mask.bin', 1) === undefined ? undefined : open('mask.bin')];
  const startOf = (document: number): number => (document >= documents ? total : starts.bytes(shardHeaderBytes + 4 * document, 4).readUInt32LE());
  try {
    let document = 0;
    for (let at = 0; at < total;) {
      const end = content === 'instruction' ? startOf(document + 1) : Math.min(at + sequenceLength, total);
      const ids = tokens.bytes(shardHeaderBytes + 4 * at, 4 * (end - at));
      const learns = mask?.bytes(shardHeaderBytes + at, end - at);
      const row: TokenRow = { input_ids: [], labels: [], position_ids: [] };
      for (let i = 0; i < end - at; i++) {
        while (at + i >= startOf(document + 1)) document += 1;
        const id = ids.readUInt32LE(4 * i);
        row.input_ids.push(id);
        row.labels.push(learns && learns[i] === 0 ? ignoredLabel : id);
        row.position_ids.push(at + i - startOf(document));
      }
      yield row;
      at = end;
      if (content === 'instruction') document += 1;
    }
  } finally {
    for (const reader of [tokens, starts, mask]) reader?.close();
  }
}

const schema: SchemaElement[] = [
  { name: 'root', num_children: columns.length },
  ...columns.flatMap((name): SchemaElement[] => [
    { name, repetition_type: 'REQUIRED', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', type: 'INT32' },
  ]),
];

async function writeParquet(file: string, rows: Iterable<TokenRow>): Promise<number> {
  const parquet = new ParquetWriter({ writer: fileWriter(file), schema, statistics: false });
  let written = 0;
  let group: TokenRow[] = [];
  const flush = async (): Promise<void> => {
    await parquet.write({ columnData: columns.map((name) => ({ name, data: group.map((row) => row[name]) })), rowGroupSize: rowsOfGroup });
    written += group.length;
    group = [];
  };
  for (const row of rows) {
    group.push(row);
    if (group.length === rowsOfGroup) await flush();
  }
  if (group.length > 0) await flush();
  await parquet.finish();
  return written;
}

async function writeJsonLines(file: string, rows: Iterable<TokenRow>): Promise<number> {
  const stream = createWriteStream(file, { mode: privateFileMode, flags: 'wx' });
  let written = 0;
  for (const row of rows) {
    if (!stream.write(`${JSON.stringify(row)}\n`)) await once(stream, 'drain');
    written += 1;
  }
  stream.end();
  await once(stream, 'finish');
  return written;
}
