// Which files of a checkpoint folder hold which weights: one model.safetensors, or the shards its index names.
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { userError } from '../../base/errors/problem';
import { SafetensorsFile } from './safetensors/read';
import { indexFile, singleFile } from './safetensors/shards';

/** Names of the files that hold the weights, sorted; relative to the folder. */
export async function weightFiles(folder: string): Promise<string[]> {
  return (await findWeights(folder)).files;
}

interface Weights {
  /** Sorted, relative to the folder. */
  readonly files: string[];
  /** Of several files, which tensor the index says is in which. */
  readonly weightMap?: Readonly<Record<string, string>>;
}

async function findWeights(folder: string): Promise<Weights> {
  if (existsSync(path.join(folder, singleFile))) return { files: [singleFile] };
  const index = path.join(folder, indexFile);
  if (!existsSync(index)) {
    throw userError({
      code: 'checkpoint-no-weights', file: folder, message: `The folder holds neither ${singleFile} nor ${indexFile}.`,
      next: 'Name the folder of a checkpoint; save other formats anew with save_pretrained(safe_serialization=True).',
    });
  }
  const weightMap = parseIndex(await readFile(index, 'utf8'), index);
  const files = [...new Set(Object.values(weightMap))].sort();
  const missing = files.filter((name) => !existsSync(path.join(folder, name)));
  if (missing.length > 0) {
    throw userError({
      code: 'checkpoint-shard-missing', file: path.join(folder, missing[0]!), key: Object.keys(weightMap).find((tensor) => weightMap[tensor] === missing[0])!,
      message: `${indexFile} names ${files.length} weight files, and ${missing.length === 1 ? 'this one is' : `${missing.length} of them (${missing.join(', ')}) are`} not there.`,
      next: 'Copy the whole checkpoint again.',
    });
  }
  return { files, weightMap };
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
    const { files, weightMap } = await findWeights(folder);
    const fileOf = new Map<string, SafetensorsFile>();
    for (const name of files) {
      const file = await SafetensorsFile.open(path.join(folder, name));
      opened.push(file);
      for (const tensor of file.header.tensors.keys()) {
        const other = fileOf.get(tensor);
        if (other) throw disagree(file.file, tensor, `This tensor is in ${path.basename(other.file)} too.`);
        fileOf.set(tensor, file);
      }
    }
    for (const [tensor, shard] of Object.entries(weightMap ?? {})) {
      if (path.basename(fileOf.get(tensor)?.file ?? '') !== shard) throw disagree(path.join(folder, shard), tensor, `${indexFile} says that this tensor is in this file, and it is not.`);
    }
    return await use(fileOf);
  } finally {
    await Promise.all(opened.map((file) => file.close()));
  }
}

function disagree(file: string, tensor: string, message: string): Error {
  return userError({ code: 'checkpoint-index', file, key: tensor, message, next: 'Copy the whole checkpoint again: its files belong to different ones.' });
}
