// A checkpoint of the trainer becomes a checkpoint of the run: with the run's own tokenizer files and its origin, on
// disk to the last byte, under the name that says it is whole.
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { privateFolderMode, replaceFolder, syncTree, writeFileAtomic } from '../../../runs/files/atomic';
import { toJson } from '../../../runs/files/json';
import { jobPath } from '../../../runs/layout';
import { copyTokenizerFiles } from '../../tokenizer';
import { originFile, type Origin } from '../../train';
import type { ScaleoutRun } from './prepare';

const adapterConfig = 'adapter_config.json';

/** @returns the folder `checkpoints/step-N`. */
export async function bringHome(jobFolder: string, { folder, start, base, run }: ScaleoutRun, origin: Origin, name: string, step: number): Promise<string> {
  const from = path.join(folder, 'output', name);
  const final = path.join(jobPath(jobFolder, 'checkpoints'), `step-${step}`);
  await mkdir(path.dirname(final), { recursive: true, mode: privateFolderMode });
  await copyTokenizerFiles(start.tokenizerFolder, from);
  if (run.lora !== undefined) await finishAdapter(from, base, final);
  await writeFileAtomic(path.join(from, originFile), toJson(origin));
  await syncTree(from);
  await replaceFolder(from, final);
  return final;
}

/** Names the base relative to the checkpoint, so that a workspace can be moved, and says its shape. */
async function finishAdapter(from: string, base: string, final: string): Promise<void> {
  const file = path.join(from, adapterConfig);
  const config = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await writeFileAtomic(file, toJson({ ...config, base_model_name_or_path: path.relative(final, base).split(path.sep).join('/') }));
  await copyFile(path.join(base, 'config.json'), path.join(from, 'config.json'));
}
