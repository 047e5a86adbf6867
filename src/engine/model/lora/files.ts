// An adapter in PEFT's layout: adapter_config.json and adapter_model.safetensors, as its save_pretrained writes them and
// its from_pretrained reads them. What PEFT knows beyond plain LoRA on linear layers is refused by name.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { userError } from '../../../base/errors/problem';
import { writeFileAtomic } from '../../../runs/files/atomic';
import { makeVariable } from '../initialise';
import { readSafetensors, type StoredTensor } from '../safetensors/read';
import { writeSafetensors } from '../safetensors/write';
import { LoraAdapter, type LoraSettings } from './adapter';
import { fuseExperts } from './fuse';
import { adapterPlaces, gateUpWidth, loraName, pairShapes, splitTargets, targetProblem } from './places';

export const adapterConfigFile = 'adapter_config.json';
export const adapterWeightsFile = 'adapter_model.safetensors';

/** Settings of PEFT that would change what an adapter computes, and the values that do not. */
const neutral: Readonly<Record<string, readonly unknown[]>> = {
  bias: ['none'], use_dora: [false], fan_in_fan_out: [false], modules_to_save: [null],   layers_to_transform: [null], exclude_modules: [null], lora_bias: [false], trainable_token_indices: [null],
  alora_invocation_tokens: [null], layer_replication: [null], use_qalora: [false], use_bdlora: [null, false], kasa_config: [null],
  arrow_config: [null], velora_config: [null], monteclora_config: [null], init_lora_weights: [true, false, 'gaussian'],
};

const configSchema = z.looseObject({
  peft_type: z.literal('LORA'),
  base_model_name_or_path: z.string().nullish(),
  revision: z.string().nullish(),
  r: z.number().int().positive(),
  lora_alpha: z.number(),
  lora_dropout: z.number().min(0).max(1).default(0),
  target_modules: z.union([z.string(), z.array(z.string())]).nullish(),
  use_rslora: z.boolean().default(false),
  target_parameters: z.array(z.string()).nullish(),
  rank_pattern: z.record(z.string(), z.number()).default({}),
  alpha_pattern: z.record(z.string(), z.number()).default({}),
});

/** A value from a file, as long as a message bears it. */
export function shortened(value: string): string {
  return value.length > 200 ? `${value.slice(0, 200)}…` : value;
}

export interface AdapterConfig {
  readonly settings: LoraSettings;
  /** The checkpoint the adapter belongs to; undefined when the config names none. */
  readonly base: AdapterBase | undefined;
}

export interface AdapterBase {
  /** As the config has it: a path, or the id of a model of the Hub. */
  readonly name: string;
  /** The folder that is meant when it is a path, absolute or relative to the adapter's own. */
  readonly folder: string;
  /** Of the Hub. */
  readonly revision: string | undefined;
}

export function isAdapterFolder(folder: string): boolean {
  return existsSync(path.join(folder, adapterConfigFile));
}

export async function readAdapterConfig(folder: string): Promise<AdapterConfig> {
  const file = path.join(folder, adapterConfigFile);
  const wrong = (message: string, key?: string, value?: string): Error => userError({
    code: 'adapter-config', file, message, ...(key === undefined ? {} : { key }), ...(value === undefined ? {} : { value: shortened(value) }),
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
  const targetModules = [...config.target_modules ?? [], ...parameterTargets(config, wrong)];
  const problem = targetProblem(targetModules, config.lora_dropout);
  if (problem !== undefined) throw wrong(problem.message, problem.key === 'dropout' ? 'lora_dropout' : 'target_modules', problem.value);
  const base = config.base_model_name_or_path;
  return {
    settings: { rank: config.r, alpha: config.lora_alpha, dropout: config.lora_dropout, targetModules, rankStabilised: config.use_rslora },
    base: base === undefined || base === null || base === '' ? undefined : { name: base, folder: path.resolve(folder, base), revision: config.revision ?? undefined },
  };
}

/** The key PEFT gives an adapter that stands for w1 and w3. */
const gateUpPattern = '.*\\.gate_up_proj';

/** Targets for `target_parameters`, as a run file names them; ranks and alphas by pattern are known of w1 and w3 joined only. */
function parameterTargets(config: z.infer<typeof configSchema>, wrong: (message: string, key: string, value: string) => Error): string[] {
  const targets = (config.target_parameters ?? []).map((target) => {
    const known = /^(?:.+\.)?(?:(gate_up_proj|down_proj)|(gate)\.weight)$/.exec(target);
    if (known === null) throw wrong('no parameter of this name gets an adapter; experts.gate_up_proj, experts.down_proj and gate.weight do', 'target_parameters', target);
    return known[2] ?? `experts.${known[1]}`;
  });
  const patterns = [['rank_pattern', config.rank_pattern, config.r], ['alpha_pattern', config.alpha_pattern, config.lora_alpha]] as const;
  const isJoined = patterns.every(([, pattern]) => gateUpPattern in pattern);
  for (const [key, pattern, whole] of patterns) {
    const isKnown = Object.entries(pattern).every(([name, value]) => isJoined && name === gateUpPattern && value === 2 * whole && targets.includes('experts.gate_up_proj'));
    if (!isKnown) throw wrong('this setting of PEFT is not supported', key, JSON.stringify(pattern));
  }
  return isJoined ? [...targets.filter((target) => target !== 'experts.gate_up_proj'), 'w1', 'w3'] : targets;
}

/** The adapter of a folder for a model with these weights. */
export async function readAdapter(folder: string, weights: ReadonlyMap<string, readonly number[]>): Promise<LoraAdapter> {
  const { settings } = await readAdapterConfig(folder);
  const file = path.join(folder, adapterWeightsFile);
  const mismatch = (key: string, message: string): Error =>
    userError({ code: 'adapter-mismatch', file, key, message, next: 'Use the adapter with the checkpoint it was trained on.' });
  if (!existsSync(file)) throw mismatch(adapterWeightsFile, 'the folder has an adapter\'s config but not its weights');
  const places = adapterPlaces(weights, settings);
  const tensors = fuseExperts((await readSafetensors(file)).tensors, places, mismatch);
  const expected = new Map(places.flatMap((place) => [[loraName(place, 'A'), pairShapes(place).a], [loraName(place, 'B'), pairShapes(place).b]] as const));
  const stranger = [...tensors.keys()].find((name) => !expected.has(name));
  if (stranger !== undefined) throw mismatch(stranger, 'the adapter has a tensor for a layer that this model does not have or the config does not target');
  for (const [name, shape] of expected) {
    const stored = tensors.get(name);
    if (stored === undefined) throw mismatch(name, 'the adapter lacks this tensor');
    if (stored.shape.join() !== shape.join()) throw mismatch(name, `the model asks for the shape [${shape.join(', ')}], the file has [${stored.shape.join(', ')}]`);
  }
  const read = ({ data, shape }: StoredTensor): ReturnType<typeof makeVariable> => makeVariable(Float32Array.from(data), shape);
  return new LoraAdapter(settings, places.map((place) => ({ place, a_RI: read(tensors.get(loraName(place, 'A'))!), b_OR: read(tensors.get(loraName(place, 'B'))!) })));
}

/** @param base path of the base checkpoint as the config will say it; relative ones are from `folder`. */
export async function saveAdapter(adapter: LoraAdapter, folder: string, base: string): Promise<void> {
  const tensors = new Map([...adapter.parameters].map(([name, parameter]) => [name, { shape: parameter.shape, data: () => parameter.data<'float32'>() }]));
  await writeSafetensors(path.join(folder, adapterWeightsFile), tensors, { format: 'pt' });
  for (const [name, text] of Object.entries(adapterConfigText(adapter.settings, base))) await writeFileAtomic(path.join(folder, name), text);
}

/** adapter_config.json by its name. */
export function adapterConfigText({ rank, alpha, dropout, targetModules, rankStabilised }: LoraSettings, base: string): Record<string, string> {
  const { modules, parameters } = splitTargets(targetModules);
  const widen = (value: number): Record<string, number> => (gateUpWidth(targetModules) === 1 ? {} : { [gateUpPattern]: 2 * value });
  const config = {
    peft_type: 'LORA', task_type: 'CAUSAL_LM', base_model_name_or_path: base, r: rank, lora_alpha: alpha, lora_dropout: dropout,
    target_modules: modules, ...(parameters.length === 0 ? {} : { target_parameters: parameters }), use_rslora: rankStabilised, bias: 'none', fan_in_fan_out: false, use_dora: false, init_lora_weights: true,
    inference_mode: true, modules_to_save: null, layers_to_transform: null, rank_pattern: widen(rank), alpha_pattern: widen(alpha),
  };
  return { [adapterConfigFile]: `${JSON.stringify(config, undefined, 2)}\n` };
}
