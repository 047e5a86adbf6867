// Checkpoints in the Hugging Face layout: config.json, model.safetensors (or shards) and generation_config.json.
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../base/errors/problem';
import { writeFileAtomic } from '../../runs/files/atomic';
import type { Variable } from '../tensors';
import type { ModelConfig } from './config';
import { configFromHuggingFace, configText, generationConfigToHuggingFace } from './huggingface/config';
import { makeVariable } from './initialise';
import { Model } from './model';
import { headName, parameterShapes } from './parameters';
import { findStored, isFused } from './stored-weights';
import { defaultShardBytes, writeShards } from './safetensors/shards';
import type { WrittenDtype } from './safetensors/write';
import { withWeights } from './weight-files';

export const generationFile = 'generation_config.json';

/** Reads config.json of a checkpoint folder. */
export async function readModelConfig(folder: string): Promise<ModelConfig> {
  const file = path.join(folder, 'config.json');
  return configFromHuggingFace(await readJson(file), file);
}

/** Loads the weights into variables of the backend that is open. f16 and bf16 become f32. */
export async function loadModel(folder: string): Promise<Model> {
  const config = await readModelConfig(folder);
  const shapes = parameterShapes(config);
  const parameters = new Map<string, Variable>();
  try {
    await withWeights(folder, async (fileOf) => {
      refuseStrangers([...fileOf.keys()], config, shapes, (name) => fileOf.get(name)!.file);
      for (const [name, shape] of shapes) {
        const stored = findStored(name, shape, config, (tensor) => fileOf.has(tensor));
        if (stored === undefined) throw mismatch(folder, name, 'The checkpoint lacks this tensor.');
        const file = fileOf.get(stored.tensor)!;
        const found = file.header.tensors.get(stored.tensor)!.shape;
        if (found.join() !== stored.shape.join()) {
          throw mismatch(file.file, stored.tensor, `config.json asks for the shape [${stored.shape.join(', ')}], the file has [${found.join(', ')}].`);
        }
        parameters.set(name, makeVariable((await file.read(stored.tensor, stored)).data, shape));
      }
    });
  } catch (error) {
    for (const parameter of parameters.values()) parameter.dispose();
    throw error;
  }
  return new Model(config, parameters);
}

export interface SaveOptions {
  readonly dtype: WrittenDtype;
  /** Weights that take more are split over several files; 5 GB when left out. */
  readonly maxShardBytes?: number | undefined;
}

/** Writes config.json, generation_config.json and the weights, each file atomically; the tokenizer's files are the caller's. */
export async function saveModel(model: Model, folder: string, { dtype, maxShardBytes = defaultShardBytes }: SaveOptions): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tensors = new Map([...model.parameters].map(([name, parameter]) =>
    [name, { shape: parameter.shape, data: () => parameter.data<'float32'>() }]));
  await writeShards(folder, tensors, dtype, maxShardBytes);
  for (const [name, text] of Object.entries(configTexts(model.config, dtype))) await writeFileAtomic(path.join(folder, name), text);
}

/** generation_config.json and config.json, by name. */
export function configTexts(config: ModelConfig, dtype: WrittenDtype): Record<string, string> {
  return {
    [generationFile]: `${JSON.stringify(generationConfigToHuggingFace(config), undefined, 2)}\n`,
    'config.json': configText(config, torchNames[dtype]),
  };
}

const torchNames = { f32: 'float32', bf16: 'bfloat16', f16: 'float16' } as const;

/** Tokens at which generation ends: `eos_token_id` of generation_config.json, one or a list; empty when there is none. */
export async function readStopTokens(folder: string): Promise<number[]> {
  const file = path.join(folder, generationFile);
  if (!existsSync(file)) return [];
  const found = ((await readJson(file)) as { eos_token_id?: unknown } | null)?.eos_token_id ?? [];
  return (Array.isArray(found) ? found : [found]).filter((id): id is number => Number.isInteger(id));
}

/** A tensor that is no weight of this architecture means the config does not describe the file. */
function refuseStrangers(names: readonly string[], config: ModelConfig, shapes: ReadonlyMap<string, unknown>, fileOf: (name: string) => string): void {
  const known = (name: string): boolean =>
    shapes.has(name) || name === headName || name.endsWith('.rotary_emb.inv_freq') || (config.experts !== undefined && isFused(name));
  const stranger = names.find((name) => !known(name));
  if (stranger !== undefined) throw mismatch(fileOf(stranger), stranger, 'The model config.json describes has no such tensor.');
}

function mismatch(file: string, tensor: string, message: string): Error {
  return userError({ code: 'checkpoint-mismatch', file, key: tensor, message, next: 'Use config.json and weights of the same checkpoint.' });
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw userError({
      code: 'checkpoint-unreadable', file, message: `The file can not be read: ${(error as Error).message}.`,
      next: 'Name the folder of a checkpoint in the Hugging Face layout.',
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw userError({ code: 'model-config-malformed', file, message: `The file is not JSON: ${(error as Error).message}.`, next: 'Copy it from the checkpoint again.' });
  }
}
