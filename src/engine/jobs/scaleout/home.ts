// A checkpoint of the trainer becomes a checkpoint of the run: with the run's own tokenizer files and its origin, on
// disk to the last byte, under the name that says it is whole.
import { copyFile, cp, link, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { privateFolderMode, replaceFolder, syncTree, writeFileAtomic } from '../../../runs/files/atomic';
import { toJson } from '../../../runs/files/json';
import { jobPath } from '../../../runs/layout';
import { copyTokenizerFiles } from '../../tokenizer';
import { originFile, type Origin } from '../../train';
import type { ScaleoutRun } from './scaleout-run';

const adapterConfig = 'adapter_config.json';

/** Its being there says that every process has written its part. */
const completeMark = 'complete';

/** @returns the folder `checkpoints/step-N`. */
export async function bringHome(jobFolder: string, { folder, start, base, run, settings }: ScaleoutRun, origin: Origin, name: string, step: number): Promise<string> {
  const output = path.join(folder, 'output');
  const saved = path.join(output, name);
  // A job of Slurm may be begun again at any moment, and goes on from what lies in its output.
  const from = settings.slurm === undefined ? saved : await stage(saved);
  await rm(path.join(from, completeMark), { force: true });
  const final = path.join(jobPath(jobFolder, 'checkpoints'), `step-${step}`);
  await mkdir(path.dirname(final), { recursive: true, mode: privateFolderMode });
  await copyTokenizerFiles(start.tokenizerFolder, from);
  if (run.lora !== undefined) await finishAdapter(from, base, final);
  await writeFileAtomic(path.join(from, originFile), toJson(origin));
  await syncTree(from);
  await replaceFolder(from, final);
  if (settings.slurm !== undefined) await removeBefore(output, step);
  return final;
}

/** The same files in a folder beside it: linked, where the file system can, so that they take no room. */
async function stage(saved: string): Promise<string> {
  const staged = `${saved}.home`;
  await rm(staged, { recursive: true, force: true });
  await mkdir(staged, { mode: privateFolderMode });
  for (const entry of await readdir(saved, { withFileTypes: true })) {
    const [from, to] = [path.join(saved, entry.name), path.join(staged, entry.name)];
    if (entry.isDirectory()) await cp(from, to, { recursive: true });
    else await link(from, to).catch(() => copyFile(from, to));
  }
  return staged;
}

/** Checkpoints that are home, and older than one that is whole. */
async function removeBefore(output: string, step: number): Promise<void> {
  for (const name of await readdir(output)) {
    const [, older] = /^checkpoint-(\d+)$/.exec(name) ?? [];
    if (older !== undefined && Number(older) < step) await rm(path.join(output, name), { recursive: true, force: true });
  }
}

/** Names the base relative to the checkpoint, so that a workspace can be moved, and says its shape. */
async function finishAdapter(from: string, base: string, final: string): Promise<void> {
  const file = path.join(from, adapterConfig);
  const config = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await writeFileAtomic(file, toJson({ ...config, base_model_name_or_path: path.relative(final, base).split(path.sep).join('/') }));
  await copyFile(path.join(base, 'config.json'), path.join(from, 'config.json'));
}
