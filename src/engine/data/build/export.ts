// A built mix as rows of tokens for other engines: Parquet, or JSON lines. A row of text is a stretch of the stage as long as a
// sequence, the last one shorter; a row of instructions is a document. Nothing is dropped and nothing padded.
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { once } from 'node:events';
import { userError } from '../../../base/errors/problem';
import { privateFileMode, privateFolderMode } from '../../../runs/files/atomic';
import { hashFile } from '../plan/hash';
import { readManifest } from '../read-shard';
import { type MixManifest, shardHeaderBytes } from '../shard';
import { TextReader } from '../steps/text-reader';
import { ignoredLabel, type TokenRow, writeTokenParquet } from '../token-rows';
import type { WrittenFile } from './write';

export type RowFormat = 'parquet' | 'jsonl';
type ShardFacts = Pick<MixManifest, 'content' | 'sequenceLength' | 'files' | 'stages' | 'heldOut'>;

/** Writes `stage-NAME.FORMAT` and `heldout-NAME.FORMAT` into `folder`; returns the rows of each file. */
export async function exportRows(product: string, folder: string, format: RowFormat): Promise<Record<string, number>> {
  const manifest = await readManifest(product);
  await mkdir(folder, { recursive: true, mode: privateFolderMode });
  const written: Record<string, number> = {};
  for (const name of shardNames(manifest)) {
    const file = path.join(folder, `${name}.${format}`);
    if (await stat(file).catch(() => undefined)) throw userError({ code: 'export-exists', file, message: 'this file is there already', next: 'Name another folder, or remove it first.' });
    written[path.basename(file)] = await writeRows(file, format, tokenRows(product, name, manifest));
  }
  return written;
}

/** Of a product that is being written: the same files beside its shards. */
export async function writeProductRows(folder: string, format: RowFormat, facts: ShardFacts): Promise<WrittenFile[]> {
  const written: WrittenFile[] = [];
  for (const name of shardNames(facts)) {
    const file = path.join(folder, `${name}.${format}`);
    await writeRows(file, format, tokenRows(folder, name, facts));
    await chmod(file, privateFileMode);
    written.push(await describeFile(file));
  }
  return written;
}

function shardNames({ stages, heldOut }: Pick<MixManifest, 'stages' | 'heldOut'>): string[] {
  return [...stages.map((stage) => `stage-${stage.name}`), ...heldOut.map((set) => `heldout-${set.name}`)];
}

function writeRows(file: string, format: RowFormat, rows: Iterable<TokenRow>): Promise<number> {
  return (format === 'parquet' ? writeTokenParquet : writeJsonLines)(file, rows);
}

/** Flushed to the disk, since the product is named when all of it is there. */
async function describeFile(file: string): Promise<WrittenFile> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  const { sha256, bytes } = await hashFile({ path: file, name: path.basename(file) });
  return { name: path.basename(file), sha256, bytes };
}

/** Rows of one stage or held-out set, read from its shard a row at a time. */
export function* tokenRows(product: string, name: string, { content, sequenceLength, files }: Pick<MixManifest, 'content' | 'sequenceLength' | 'files'>): Generator<TokenRow> {
  const entriesOf = (suffix: string, bytes: number): number | undefined => {
    const entry = files.find((file) => file.name === `${name}.${suffix}`);
    return entry && (entry.bytes - shardHeaderBytes) / bytes;
  };
  const total = entriesOf('tokens.bin', 4)!;
  const documents = entriesOf('starts.bin', 4)!;
  const reader = (suffix: string): TextReader => new TextReader(path.join(product, `${name}.${suffix}`));
  const [tokens, starts, mask] = [reader('tokens.bin'), reader('starts.bin'), entriesOf('mask.bin', 1) === undefined ? undefined : reader('mask.bin')];
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
    for (const one of [tokens, starts, mask]) one?.close();
  }
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
