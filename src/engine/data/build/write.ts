// Product files: written whole, readable by their owner only, on disk before they are named.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { endianness } from 'node:os';
import path from 'node:path';
import type { Selection } from './held-out';
import type { StoredDocument, TokenStore } from './token-store';

export interface WrittenFile { readonly name: string; readonly sha256: string; readonly bytes: number }

export async function writePrivate(folder: string, name: string, content: Buffer | string): Promise<WrittenFile> {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const handle = await open(path.join(folder, name), 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { name, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

export interface ShardFacts { readonly tokens: number; readonly lossTokens: number; readonly files: readonly WrittenFile[] }

export interface ShardDocument { readonly store: TokenStore; readonly document: StoredDocument }

/** NAME.tokens.bin, NAME.starts.bin and, unless every token bears loss, NAME.mask.bin. */
export async function writeShard(folder: string, name: string, documents: readonly ShardDocument[]): Promise<ShardFacts> {
  const total = documents.reduce((sum, { document }) => sum + document.length, 0);
  const tokens = new Uint32Array(total);
  const starts = new Uint32Array(documents.length);
  const mask = new Uint8Array(total);
  let at = 0;
  documents.forEach(({ store, document }, index) => {
    starts[index] = at;
    tokens.set(store.tokensOf(document), at);
    mask.set(store.maskOf(document), at);
    at += document.length;
  });
  const lossTokens = mask.reduce((sum, bears) => sum + bears, 0);
  const files = [
    await writePrivate(folder, `${name}.tokens.bin`, littleEndian(tokens)),
    await writePrivate(folder, `${name}.starts.bin`, littleEndian(starts)),
  ];
  if (lossTokens < total) files.push(await writePrivate(folder, `${name}.mask.bin`, Buffer.from(mask.buffer)));
  return { tokens: total, lossTokens, files };
}

export function shardDocuments({ store, documents }: Selection): ShardDocument[] {
  return documents.map((document) => ({ store, document }));
}

/** The numbers as bytes; on a big-endian machine their bytes are turned in place. */
export function littleEndian(values: Uint32Array): Buffer {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return endianness() === 'BE' ? bytes.swap32() : bytes;
}
