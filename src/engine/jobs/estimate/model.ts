// The shape of the model a run trains, found without loading a weight.
import type { ModelConfig } from '../../model';
import { readModelConfig } from '../../model';
import { loadTokenizer } from '../../tokenizer';
import type { FoundCheckpoint } from '../prepare/checkpoint';
import { fromStoredPath } from '../prepare/paths';
import type { ReadRun } from '../prepare/train';
import { newConfig } from '../train/base';

/** @param base undefined for a new model, whose vocabulary is that of the mix's tokenizer. */
export async function modelConfigOf(root: string, { run, mix }: ReadRun, base: FoundCheckpoint | undefined): Promise<ModelConfig> {
  if (base) return readModelConfig(fromStoredPath(root, base.checkpoint));
  const { folder, mix: { tokenizer } } = mix.resolved;
  return newConfig(run, await loadTokenizer(fromStoredPath(fromStoredPath(root, folder), tokenizer)));
}
