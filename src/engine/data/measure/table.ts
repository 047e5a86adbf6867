// A source measured by itself, a row a document: what later steps (duplicates across sources, held-out sets) decide by, and
// no text. Kept in the cache by the source's content, so that it is read and encoded once.
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { privateFolderMode, writeFileInPieces } from '../../../runs/files/atomic';
import { errorCode } from '../../../runs/files/retry';
import { cacheFolder, makePreclinicalFolder } from '../../../runs/layout';

/** A document that got as far as the check for duplicates. */
export interface MeasuredDocument {
  /** Position in the source, counting from 1. */
  readonly position: number;
  readonly textHash: string;
  /** Undefined when it is in a group of its own. */
  readonly group: string | undefined;
  /** Tokens and UTF-8 bytes of its pieces; none when it was set aside after that check. */
  readonly pieces: readonly (readonly [tokens: number, bytes: number])[];
}

type Row = readonly [position: number, textHash: string, group: string | 0, ...pieces: number[]];

const rowsAWrite = 1000;

function tableFile(root: string, key: string): string {
  return path.join(cacheFolder(root), 'mix-sources', `${key}.jsonl`);
}

/** Undefined when it was never measured. */
export async function readTable(root: string, key: string): Promise<MeasuredDocument[] | undefined> {
  try {
    const text = await readFile(tableFile(root, key), 'utf8');
    return text.split('\n').filter((line) => line !== '').map((line) => toDocument(JSON.parse(line) as Row));
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function writeTable(root: string, key: string, documents: readonly MeasuredDocument[]): Promise<void> {
  const file = tableFile(root, key);
  await makePreclinicalFolder(root);
  await mkdir(path.dirname(file), { recursive: true, mode: privateFolderMode });
  await writeFileInPieces(file, async (write) => {
    for (let start = 0; start < documents.length; start += rowsAWrite) {
      await write(Buffer.from(documents.slice(start, start + rowsAWrite).map((document) => `${JSON.stringify(toRow(document))}\n`).join('')));
    }
  });
}

function toRow({ position, textHash, group, pieces }: MeasuredDocument): Row {
  return [position, textHash, group ?? 0, ...pieces.flat()];
}

function toDocument([position, textHash, group, ...numbers]: Row): MeasuredDocument {
  const pieces = Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i]!, numbers[2 * i + 1]!] as const);
  return { position, textHash, group: group === 0 ? undefined : group, pieces };
}
