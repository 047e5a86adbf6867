// Weights in one file or, when that would grow too large, in several with an index, named and filled as transformers'
// save_pretrained does it.
import path from 'node:path';
import { writeFileAtomic } from '../../../runs/files/atomic';
import { elements } from '../parameters';
import { tensorBytes, writeSafetensors, type TensorToWrite, type WrittenDtype } from './write';

export const singleFile = 'model.safetensors';
export const indexFile = 'model.safetensors.index.json';

/** Largest file when nothing else is asked for: 5 GB. */
export const defaultShardBytes = 5e9;

/** Tensors in order, a new file begun where the next one would not fit; a tensor larger than the limit has its own. */
export function planShards(tensors: ReadonlyMap<string, TensorToWrite>, dtype: WrittenDtype, limitBytes: number): string[][] {
  const shards: string[][] = [];
  let bytes = Infinity;
  for (const [name, { shape }] of tensors) {
    const size = tensorBytes(shape, dtype);
    if (bytes + size > limitBytes) {
      shards.push([]);
      bytes = 0;
    }
    shards.at(-1)!.push(name);
    bytes += size;
  }
  return shards;
}

/** Writes each file atomically, the index last: a folder whose writing was interrupted has none. */
export async function writeShards(folder: string, tensors: ReadonlyMap<string, TensorToWrite>, dtype: WrittenDtype, limitBytes: number): Promise<void> {
  const metadata = { format: 'pt' };
  const shards = planShards(tensors, dtype, limitBytes);
  if (shards.length <= 1) return writeSafetensors(path.join(folder, singleFile), tensors, metadata, dtype);
  const weightMap: Record<string, string> = {};
  for (const [index, names] of shards.entries()) {
    const file = `model-${numbered(index + 1)}-of-${numbered(shards.length)}.safetensors`;
    await writeSafetensors(path.join(folder, file), new Map(names.map((name) => [name, tensors.get(name)!])), metadata, dtype);
    for (const name of names) weightMap[name] = file;
  }
  const shapes = [...tensors.values()].map(({ shape }) => shape);
  const totals = {
    total_parameters: shapes.reduce((sum, shape) => sum + elements(shape), 0),
    total_size: shapes.reduce((sum, shape) => sum + tensorBytes(shape, dtype), 0),
  };
  await writeFileAtomic(path.join(folder, indexFile), `${JSON.stringify({ metadata: totals, weight_map: weightMap }, undefined, 2)}\n`);
}

function numbered(count: number): string {
  return String(count).padStart(5, '0');
}
