// What a checkpoint is to a program that takes weights and adapters apart.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isAdapterFolder } from '../../model';

/** Whole weights, and the adapter on them. */
export async function weightsOf(checkpoint: string): Promise<{ readonly checkpoint: string; readonly adapter?: string }> {
  if (!isAdapterFolder(checkpoint)) return { checkpoint };
  const { base_model_name_or_path: base } = JSON.parse(await readFile(path.join(checkpoint, 'adapter_config.json'), 'utf8')) as { readonly base_model_name_or_path: string };
  return { checkpoint: path.resolve(checkpoint, base), adapter: checkpoint };
}
