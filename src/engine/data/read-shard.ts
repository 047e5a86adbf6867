// Opens the product of a mix: its manifest and one shard at a time. Files that are missing or cut short are said.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { userError, type UserError } from '../../base/errors/problem';
import { littleEndian } from './build/write';
import { type MixManifest, parseShardHeader, shardHeaderBytes, type TokenShard } from './shard';

export async function readManifest(folder: string): Promise<MixManifest> {
  const file = path.join(folder, 'manifest.json');
  const manifest = await readFile(file, 'utf8').then((text) => JSON.parse(text) as Partial<MixManifest>, (error: unknown) => {
    throw damaged(file, (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no mix here' : (error as Error).message);
  }).catch((error: unknown) => {
    throw error instanceof SyntaxError ? damaged(file, 'the manifest is not JSON') : error;
  });
  if (manifest.schema !== 1 || !Array.isArray(manifest.stages) || !Array.isArray(manifest.files)) throw damaged(file, 'this is no manifest of a mix');
  return manifest as MixManifest;
}

export async function readShard(folder: string, name: `stage-${string}` | `heldout-${string}`): Promise<TokenShard> {
  const { files } = await readManifest(folder);
  const read = async (suffix: string): Promise<Buffer | undefined> => {
    const entry = files.find((file) => file.name === `${name}.${suffix}`);
    if (!entry) return undefined;
    const file = path.join(folder, entry.name);
    const bytes = await readFile(file).catch((error: unknown) => { throw damaged(file, (error as Error).message); });
    if (bytes.length !== entry.bytes) throw damaged(file, `the file has ${bytes.length} bytes where the manifest says ${entry.bytes}`);
    const header = parseShardHeader(bytes);
    if (!header) throw damaged(file, 'the file is no shard, or of another version');
    return bytes.subarray(shardHeaderBytes);
  };
  const [tokens, starts, mask] = [await read('tokens.bin'), await read('starts.bin'), await read('mask.bin')];
  if (!tokens || !starts) throw damaged(path.join(folder, 'manifest.json'), `the mix has no ${name}`);
  return { tokens: toUint32(tokens), starts: toUint32(starts), lossMask: mask && new Uint8Array(mask) };
}

function toUint32(bytes: Buffer): Uint32Array {
  const values = new Uint32Array(bytes.length / 4);
  Buffer.from(values.buffer).set(bytes);
  littleEndian(values);
  return values;
}

function damaged(file: string, message: string): UserError {
  return userError({ code: 'mix-product-damaged', file, message, next: 'Build the mix again; delete this folder first when it is there.' });
}
