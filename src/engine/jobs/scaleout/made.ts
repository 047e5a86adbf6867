// What training elsewhere begins with and the embedded engine makes: random weights, and adapters.
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Run } from '../../../documents/run/schema';
import { privateFolderMode, writeFileAtomic } from '../../../runs/files/atomic';
import type { MixManifest } from '../../data/shard';
import { initialiseAdapter, isAdapterFolder, parameterShapes, readModelConfig, saveAdapter, saveModel } from '../../model';
import { copyTokenizerFiles } from '../../tokenizer';
import { openModel, type StartingPoint } from '../train/base';

/** In the trainer's folder. */
export const adapterFolder = 'adapter';

/** The random weights the embedded engine would begin with, in the Hugging Face layout. Made once. */
export async function makeBase(run: Run, start: StartingPoint, manifest: MixManifest, folder: string): Promise<string> {
  const complete = path.join(folder, 'base.complete');
  if (existsSync(complete)) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: privateFolderMode });
  const model = await openModel(run, start, manifest);
  try {
    await saveModel(model, folder, { dtype: 'f32' });
  } finally {
    model.dispose();
  }
  await copyTokenizerFiles(start.tokenizerFolder, folder);
  await writeFileAtomic(complete, '');
  return folder;
}

/** The adapter the embedded engine would begin with: the same random A, and B of zeros. Made once. */
export async function makeAdapter(run: Run, base: string, folder: string): Promise<void> {
  if (run.lora === undefined || isAdapterFolder(folder)) return;
  await mkdir(folder, { recursive: true, mode: privateFolderMode });
  const adapter = initialiseAdapter(parameterShapes(await readModelConfig(base)), run.lora, run.seed);
  await saveAdapter(adapter, folder, path.relative(folder, base));
  adapter.dispose();
}
