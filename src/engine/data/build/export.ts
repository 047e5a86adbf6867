// A built mix as rows of tokens for other engines: Parquet, or JSON lines. A row of text is a stretch of the stage as long as a
// sequence, the last one shorter; a row of instructions is a document. Nothing is dropped and nothing padded.
import { createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { once } from 'node:events';
import { userError } from '../../../base/errors/problem';
import { privateFileMode, privateFolderMode } from '../../../runs/files/atomic';
import { readManifest } from '../read-shard';
import { type MixManifest, shardHeaderBytes } from '../shard';
import { TextReader } from '../steps/text-reader';
import { ignoredLabel, type TokenRow, writeTokenParquet } from '../token-rows';

export type RowFormat = 'parquet' | 'jsonl';

/** Writes `stage-NAME.FORMAT` and `heldout-NAME.FORMAT` into `folder`; returns the rows of each file. */
export async function exportRows(product: string, folder: string, format: RowFormat): Promise<Record<string, number>> {
  const manifest = await readManifest(product);
  await mkdir(folder, { recursive: true, mode: privateFolderMode });
  const written: Record<string, number> = {};
  for (const name of [...manifest.stages.map((stage) => `stage-${stage.name}`), ...manifest.heldOut.map((set) => `heldout-${set.name}`)]) {
    const file = path.join(folder, `${name}.${format}`);
    if (await stat(file).catch(() => undefined)) throw userError({ code: 'export-exists', file, message: 'this file is there already', next: 'Name another folder, or remove it first.' });
    written[path.basename(file)] = await (format === 'parquet' ? writeTokenParquet : writeJsonLines)(file, tokenRows(product, name, manifest));
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
