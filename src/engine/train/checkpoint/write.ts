// Writes a snapshot as a checkpoint folder: weights in the Hugging Face layout (f32), or the adapter alone in PEFT's when
// that is what is trained, tokenizer, optimizer.safetensors with the moments of what is trained, preclinical.json with the
// origin, and trainer_state.json. The folder is written aside and renamed when every byte is on disk, so a crash at any
// instant leaves the checkpoints before it whole. Needs no backend: it runs in a thread of its own.
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { privateFolderMode, replaceFolder, temporaryBeside, writeFileAtomic } from '../../../runs/files/atomic';
import { toJson } from '../../../runs/files/json';
import { elements } from '../../model/parameters';
import { defaultShardBytes, writeShards } from '../../model/safetensors/shards';
import { writeSafetensors, type TensorToWrite } from '../../model/safetensors/write';
import { copyTokenizerFiles } from '../../tokenizer/files';
import { fileSizes, trainerStateFile, type TrainerState } from '../trainer-state';
import { momentsFile } from './messages';
import type { CheckpointSnapshot } from './snapshot';

/** Writes `final` of the snapshot; a folder of that name, cut short, is replaced. */
export async function writeSnapshot({ final, memory, weights, moments, texts, tokenizerFolder, state }: CheckpointSnapshot): Promise<void> {
  const aside = temporaryBeside(final);
  const tensorsOf = (placed: CheckpointSnapshot['moments']): Map<string, TensorToWrite> =>
    new Map(placed.map(({ name, shape, first }) => [name, { shape, data: () => new Float32Array(memory, 4 * first, elements(shape)) }]));
  try {
    await mkdir(aside, { recursive: true, mode: privateFolderMode });
    if (weights.file === undefined) await writeShards(aside, tensorsOf(weights.tensors), 'f32', defaultShardBytes);
    else await writeSafetensors(path.join(aside, weights.file), tensorsOf(weights.tensors), { format: 'pt' });
    await copyTokenizerFiles(tokenizerFolder, aside);
    await writeSafetensors(path.join(aside, momentsFile), tensorsOf(moments), { step: String(state.step) });
    for (const [name, text] of Object.entries(texts)) await writeFileAtomic(path.join(aside, name), text);
    const whole: TrainerState = { ...state, files: await fileSizes(aside) };
    await writeFileAtomic(path.join(aside, trainerStateFile), toJson(whole));
    await replaceFolder(aside, final);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error instanceof Error ? Object.assign(error, { path: finalPath(error, aside, final) }) : error;
  }
}

/** The file of the checkpoint that could not be written, by the name it would have had; the checkpoint where none is named. */
function finalPath(error: Error & { readonly path?: unknown; readonly dest?: unknown }, aside: string, final: string): string {
  const file = [error.dest, error.path].find((each): each is string => typeof each === 'string' && each.startsWith(`${aside}${path.sep}`));
  return file === undefined ? final : path.join(final, path.relative(aside, file));
}
