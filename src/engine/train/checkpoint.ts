// Writes and reads a checkpoint: weights in the Hugging Face layout (f32), or the adapter alone in PEFT's when that is
// what is trained, tokenizer, optimizer.safetensors with the moments of what is trained, preclinical.json with the origin, and trainer_state.json. The folder is written aside and renamed when every
// byte is on disk, so a crash at any instant leaves the checkpoints before it whole.
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { privateFolderMode, replaceFolder, temporaryBeside, writeFileAtomic } from '../../runs/files/atomic';
import { toJson } from '../../runs/files/json';
import { readSafetensors, saveAdapter, saveConfig, saveModel, writeSafetensors, type Model, type TensorToWrite } from '../model';
import { tensor, variable, type Variable } from '../tensors';
import { copyTokenizerFiles } from '../tokenizer';
import { checkpointName } from './checkpoint-folder';
import type { AdamW, Moments } from './optimiser';
import { originFile, type Origin } from './origin';
import { fileSizes, trainerStateFile, type TrainerState } from './trainer-state';

const momentsFile = 'optimizer.safetensors';

export interface CheckpointContent {
  readonly model: Model;
  readonly optimiser: AdamW;
  readonly tokenizerFolder: string;
  /** Folder of the weights an adapter was attached to; needed when there is one. */
  readonly baseFolder?: string | undefined;
  readonly origin: Origin;
  readonly state: Omit<TrainerState, 'files'>;
}

/** Writes `checkpoints`/step-N and returns its path; a folder of that name, cut short, is replaced. */
export async function writeCheckpoint(checkpoints: string, content: CheckpointContent): Promise<string> {
  const final = path.join(checkpoints, checkpointName(content.state.step));
  const aside = temporaryBeside(final);
  await mkdir(aside, { recursive: true, mode: privateFolderMode });
  try {
    await saveWeights(content, aside, final);
    await copyTokenizerFiles(content.tokenizerFolder, aside);
    await writeSafetensors(path.join(aside, momentsFile), momentTensors(content.optimiser), { step: String(content.state.step) });
    await writeFileAtomic(path.join(aside, originFile), toJson(content.origin));
    const state: TrainerState = { ...content.state, files: await fileSizes(aside) };
    await writeFileAtomic(path.join(aside, trainerStateFile), toJson(state));
    await replaceFolder(aside, final);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
  return final;
}

/** An adapter's base is named relative to the checkpoint, so that a workspace can be moved. */
async function saveWeights({ model, baseFolder }: CheckpointContent, aside: string, final: string): Promise<void> {
  if (model.adapter === undefined) {
    await saveModel(model, aside, { dtype: 'f32' });
    return;
  }
  if (baseFolder === undefined) throw new Error('An adapter is saved with the folder of its base, and none was given.');
  await saveAdapter(model.adapter, aside, path.relative(final, baseFolder).split(path.sep).join('/'));
  await saveConfig(model, aside, 'f32');
}

function momentTensors(optimiser: AdamW): Map<string, TensorToWrite> {
  const tensors = new Map<string, TensorToWrite>();
  for (const [name, moments] of optimiser.moments) {
    for (const which of ['first', 'second'] as const) {
      const moment = moments[which];
      tensors.set(`${which}.${name}`, { shape: moment.shape, data: () => moment.data<'float32'>() });
    }
  }
  return tensors;
}

/** The moments of a checkpoint, as they were to the bit, for the parameters of its model. */
export async function readMoments(folder: string, parameters: ReadonlyMap<string, Variable>): Promise<Map<string, Moments>> {
  const { tensors } = await readSafetensors(path.join(folder, momentsFile));
  const read = (name: string): Variable => {
    const stored = tensors.get(name);
    if (stored === undefined) throw new Error(`${momentsFile} of ${folder} lacks ${name}.`);
    const initial = tensor(stored.data, [...stored.shape], 'float32');
    const moment = variable(initial, false);
    initial.dispose();
    return moment;
  };
  return new Map([...parameters.keys()].map((name) => [name, { first: read(`first.${name}`), second: read(`second.${name}`) }]));
}
