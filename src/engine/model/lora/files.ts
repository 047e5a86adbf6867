// An adapter in PEFT's layout: adapter_config.json and adapter_model.safetensors, as its save_pretrained writes them and
// its from_pretrained reads them. What PEFT knows beyond plain LoRA on linear layers is refused by name.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { userError } from '../../../base/errors/problem';
import { writeFileAtomic } from '../../../runs/files/atomic';
import { makeVariable } from '../initialise';
import { readSafetensors } from '../safetensors/read';
import { writeSafetensors } from '../safetensors/write';
import { isTarget, LoraAdapter, loraName, type LoraPair, type LoraSettings } from './adapter';

export const adapterConfigFile = 'adapter_config.json';
export const adapterWeightsFile = 'adapter_model.safetensors';

/** Settings of PEFT that would change what an adapter computes, and the values that do not. */
const neutral: Readonly<Record<string, readonly unknown[]>> = {
  bias: ['none'], use_dora: [false], fan_in_fan_out: [false], modules_to_save: [null], rank_pattern: [{}], alpha_pattern: [{}],
  layers_to_transform: [null], exclude_modules: [null], lora_bias: [false], target_parameters: [null], trainable_token_indices: [null],
  alora_invocation_tokens: [null], layer_replication: [null], use_qalora: [false], use_bdlora: [null, false], kasa_config: [null],
  arrow_config: [null], velora_config: [null], monteclora_config: [null], init_lora_weights: [true, false, 'gaussian'],
};

const configSchema = z.looseObject({
  peft_type: z.literal('LORA'),
  base_model_name_or_path: z.string().nullish(),
  r: z.number().int().positive(),
  lora_alpha: z.number(),
  lora_dropout: z.number().min(0).max(1).default(0),
  target_modules: z.union([z.string(), z.array(z.string())]),
  use_rslora: z.boolean().default(false),
});

export interface AdapterConfig {
  readonly settings: LoraSettings;
  /** Folder of the checkpoint the adapter belongs to, resolved; undefined when the config names none. */
  readonly base: string | undefined;
}

export function isAdapterFolder(folder: string): boolean {
  return existsSync(path.join(folder, adapterConfigFile));
}

/** The base is a folder, absolute or relative to the adapter's own. */
export async function readAdapterConfig(folder: string): Promise<AdapterConfig> {
  const file = path.join(folder, adapterConfigFile);
  const wrong = (message: string, key?: string, value?: string): Error => userError({
    code: 'adapter-config', file, message, ...(key === undefined ? {} : { key }), ...(value === undefined ? {} : { value }),
    next: 'Use a LoRA adapter on linear layers alone, or merge it with PEFT (merge_and_unload) and use the merged checkpoint.',
  });
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw wrong(`the file can not be read: ${(error as Error).message}`);
  }
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) throw wrong(parsed.error.issues[0]!.message, parsed.error.issues[0]!.path.join('.'));
  const config = parsed.data;
  for (const [key, values] of Object.entries(neutral)) {
    const found = config[key];
    if (found !== undefined && !values.some((value) => JSON.stringify(value) === JSON.stringify(found))) {
      throw wrong('this setting of PEFT is not supported', key, JSON.stringify(found));
    }
  }
  if (typeof config.target_modules === 'string') throw wrong('target modules are read as a list, not as a pattern', 'target_modules', config.target_modules);
  const base = config.base_model_name_or_path;
  return {
    settings: { rank: config.r, alpha: config.lora_alpha, dropout: config.lora_dropout, targetModules: config.target_modules, rankStabilised: config.use_rslora },
    base: base === undefined || base === null || base === '' ? undefined : path.resolve(folder, base),
  };
}

/** The adapter of a folder for a model with these weights. */
export async function readAdapter(folder: string, weights: ReadonlyMap<string, readonly number[]>): Promise<LoraAdapter> {
  const { settings } = await readAdapterConfig(folder);
  const file = path.join(folder, adapterWeightsFile);
  const mismatch = (key: string, message: string): Error =>
    userError({ code: 'adapter-mismatch', file, key, message, next: 'Use the adapter with the checkpoint it was trained on.' });
  if (!existsSync(file)) throw mismatch(adapterWeightsFile, 'the folder has an adapter\'s config but not its weights');
  const { tensors } = await readSafetensors(file);
  const expected = new Map([...weights].filter(([name, shape]) => isTarget(name, shape, settings.targetModules)));
  const known = new Set([...expected.keys()].flatMap((name) => [loraName(name, 'A'), loraName(name, 'B')]));
  const stranger = [...tensors.keys()].find((name) => !known.has(name));
  if (stranger !== undefined) throw mismatch(stranger, 'the adapter has a tensor for a layer that this model does not have or the config does not target');
  const shapes = [...expected].flatMap(([name, [outputs, inputs]]) =>
    [[loraName(name, 'A'), [settings.rank, inputs!]], [loraName(name, 'B'), [outputs!, settings.rank]]] as const);
  for (const [name, shape] of shapes) {
    const stored = tensors.get(name);
    if (stored === undefined) throw mismatch(name, 'the adapter lacks this tensor');
    if (stored.shape.join() !== shape.join()) throw mismatch(name, `the model asks for the shape [${shape.join(', ')}], the file has [${stored.shape.join(', ')}]`);
  }
  const read = (name: string): LoraPair['a_RI'] => makeVariable(Float32Array.from(tensors.get(name)!.data), tensors.get(name)!.shape);
  return new LoraAdapter(settings, new Map([...expected.keys()].map((name) => [name, { a_RI: read(loraName(name, 'A')), b_OR: read(loraName(name, 'B')) }])));
}

/** @param base path of the base checkpoint as the config will say it; relative ones are from `folder`. */
export async function saveAdapter(adapter: LoraAdapter, folder: string, base: string): Promise<void> {
  const tensors = new Map([...adapter.parameters].map(([name, parameter]) => [name, { shape: parameter.shape, data: () => parameter.data<'float32'>() }]));
  await writeSafetensors(path.join(folder, adapterWeightsFile), tensors, { format: 'pt' });
  for (const [name, text] of Object.entries(adapterConfigText(adapter.settings, base))) await writeFileAtomic(path.join(folder, name), text);
}

/** adapter_config.json by its name. */
export function adapterConfigText({ rank, alpha, dropout, targetModules, rankStabilised }: LoraSettings, base: string): Record<string, string> {
  const config = {
    peft_type: 'LORA', task_type: 'CAUSAL_LM', base_model_name_or_path: base, r: rank, lora_alpha: alpha, lora_dropout: dropout,
    target_modules: targetModules, use_rslora: rankStabilised, bias: 'none', fan_in_fan_out: false, use_dora: false, init_lora_weights: true,
    inference_mode: true, modules_to_save: null, layers_to_transform: null, rank_pattern: {}, alpha_pattern: {},
  };
  return { [adapterConfigFile]: `${JSON.stringify(config, undefined, 2)}\n` };
}
