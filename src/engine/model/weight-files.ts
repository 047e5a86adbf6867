// Which files of a checkpoint folder hold which weights: one model.safetensors, or the shards its index names.
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { userError } from '../../base/errors/problem';
import { SafetensorsFile } from './safetensors/read';

const singleFile = 'model.safetensors';
const indexFile = 'model.safetensors.index.json';

/** Names of the files that hold the weights, sorted; relative to the folder. */
export async function weightFiles(folder: string): Promise<string[]> {
  if (existsSync(path.join(folder, singleFile))) return [singleFile];
  const index = path.join(folder, indexFile);
  if (!existsSync(index)) {
    throw userError({
      code: 'checkpoint-no-weights', file: folder, message: `The folder holds neither ${singleFile} nor ${indexFile}.`,
      next: 'Name the folder of a checkpoint; save other formats anew with save_pretrained(safe_serialization=True).',
    });
  }
  const shards = new Set(Object.values(parseIndex(await readFile(index, 'utf8'), index)));
  return [...shards].sort();
}

function parseIndex(text: string, file: string): Record<string, string> {
  const wrong = (message: string, key?: string): Error =>
    userError({ code: 'checkpoint-index', file, ...(key === undefined ? {} : { key }), message, next: 'Copy the checkpoint again.' });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw wrong('The index of the weight files is not JSON.');
  }
  const map = (json as { weight_map?: unknown } | null)?.weight_map;
  if (typeof map !== 'object' || map === null) throw wrong('The index names no weight files.', 'weight_map');
  for (const [tensor, shard] of Object.entries(map)) {
    // A shard is a file of this folder: the index comes from elsewhere and may not lead out of it.
    if (typeof shard !== 'string' || path.basename(shard) !== shard || !shard.endsWith('.safetensors')) {
      throw wrong('The index names something that is no .safetensors file of its folder.', tensor);
    }
  }
  return map as Record<string, string>;
}

/** Opens all weight files, calls `use` with the file of each tensor, and closes them. */
export async function withWeights<T>(folder: string, use: (fileOf: ReadonlyMap<string, SafetensorsFile>) => Promise<T>): Promise<T> {
  const opened: SafetensorsFile[] = [];
  try {
    const fileOf = new Map<string, SafetensorsFile>();
    for (const name of await weightFiles(folder)) {
      const file = await SafetensorsFile.open(path.join(folder, name));
      opened.push(file);
      for (const tensor of file.header.tensors.keys()) fileOf.set(tensor, file);
    }
    return await use(fileOf);
  } finally {
    await Promise.all(opened.map((file) => file.close()));
  }
}
