// Signatures of a measured source, kept in the cache beside its table: how many, their positions, their numbers; 32-bit words
// of this machine.
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { privateFolderMode, writeFileInPieces } from '../../../runs/files/atomic';
import { errorCode } from '../../../runs/files/retry';
import { cacheFolder, makePreclinicalFolder } from '../../../runs/layout';
import { Signatures } from '../near/signature';

function signatureFile(root: string, key: string): string {
  return path.join(cacheFolder(root), 'mix-sources', `${key}.signatures`);
}

/** Undefined when there are none, or not of this width. */
export async function readSignatures(root: string, key: string, width: number): Promise<Signatures | undefined> {
  const bytes = await readFile(signatureFile(root, key)).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!bytes || bytes.length < 4 || bytes.length % 4 !== 0) return undefined;
  const words = new Int32Array(bytes.length / 4);
  Buffer.from(words.buffer).set(bytes);
  const count = words[0]!;
  if (words.length !== 1 + count * (1 + width)) return undefined;
  return new Signatures(width, words.slice(1 + count), [...words.subarray(1, 1 + count)]);
}

export async function writeSignatures(root: string, key: string, signatures: Signatures): Promise<void> {
  const file = signatureFile(root, key);
  await makePreclinicalFolder(root);
  await mkdir(path.dirname(file), { recursive: true, mode: privateFolderMode });
  await writeFileInPieces(file, async (write) => {
    for (const words of [Int32Array.of(signatures.positions.length), Int32Array.from(signatures.positions), signatures.values()]) {
      await write(Buffer.from(words.buffer, words.byteOffset, words.byteLength));
    }
  });
}
