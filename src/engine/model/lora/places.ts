// Where an adapter stands: beside a linear layer, or beside all experts of a layer at once. Transformers holds a Mixtral's
// experts in two tensors a layer, gate_up_proj [E, 2F, D] and down_proj [E, D, F], and its router in a bare parameter; PEFT
// adapts these by `target_parameters`: experts share one A [E·R, D] and one B [O, R·E], of which each has its own part.
// Legend: E experts, F intermediate, D hidden, R rank, O output features, I input features.

/** Linear layer, or parameter of experts, that gets a pair of thin matrices. */
export interface AdapterPlace {
  /** Name of the weight; of experts, that of the tensor transformers holds them in. */
  readonly name: string;
  /** Its module as PEFT's files call it: what stands between `base_model.model.` and `.lora_A.weight`. */
  readonly module: string;
  readonly outputs: number;
  readonly inputs: number;
  /** Of each expert. */
  readonly rank: number;
  /** Experts that share the pair; undefined beside a linear layer. */
  readonly experts?: number;
}

/** What of an adapter decides its places and the size of each. */
export interface PlaceSettings {
  readonly rank: number;
  readonly targetModules: readonly string[];
}

/** Parameters of a Mixtral as PEFT's `target_parameters` names them, by what a run file and older adapters call them. */
const expertTargets: Readonly<Record<string, string>> = {
  'experts.gate_up_proj': 'experts.gate_up_proj', 'gate_up_proj': 'experts.gate_up_proj', 'w1': 'experts.gate_up_proj', 'w3': 'experts.gate_up_proj',
  'experts.down_proj': 'experts.down_proj', 'w2': 'experts.down_proj',
  'gate': 'gate.weight',
};

/** What `lora.targetModules` may name of a layer of experts. */
export const expertTargetNames: readonly string[] = Object.keys(expertTargets);

/** `target_parameters` among the targets, each once and sorted, and the others: `target_modules`. */
export function splitTargets(targets: readonly string[]): { readonly modules: string[]; readonly parameters: string[] } {
  const parameters = new Set(targets.flatMap((target) => expertTargets[target] ?? []));
  return { modules: targets.filter((target) => !(target in expertTargets)), parameters: [...parameters].sort() };
}

/**
 * How many times its rank an adapter of gate_up_proj has: twice when it stands for w1 and w3, which had one each, so that
 * it can compute what they did. So PEFT carries them over to transformers 5.
 */
export function gateUpWidth(targets: readonly string[]): 1 | 2 {
  return targets.includes('w1') && targets.includes('w3') ? 2 : 1;
}

/** All places for these targets among these weights, in the order of the weights. */
export function adapterPlaces(weights: ReadonlyMap<string, readonly number[]>, { rank, targetModules }: PlaceSettings): AdapterPlace[] {
  const { modules, parameters } = splitTargets(targetModules);
  return [...weights].flatMap(([name, shape]): AdapterPlace[] => {
    const [, layer, rest] = /^(model\.layers\.\d+)\.block_sparse_moe\.(gate|experts\.0\.w[12])\.weight$/.exec(name) ?? [];
    if (layer !== undefined) return placesOfExperts(layer, rest!, shape, weights, parameters, { rank, targetModules });
    if (!isLinearTarget(name, shape, modules)) return [];
    return [{ name, module: name.slice(0, -weightSuffix.length), outputs: shape[0]!, inputs: shape[1]!, rank }];
  });
}

/** The first expert's matrices tell the shapes of all of a layer. */
function placesOfExperts(
  layer: string, rest: string, [outputs, inputs]: readonly number[], weights: ReadonlyMap<string, unknown>, parameters: readonly string[], settings: PlaceSettings,
): AdapterPlace[] {
  const { rank, targetModules } = settings;
  if (rest === 'gate') {
    return parameters.includes('gate.weight') ? [{ name: `${layer}.block_sparse_moe.gate.weight`, module: `${layer}.mlp.gate`, outputs: outputs!, inputs: inputs!, rank }] : [];
  }
  const isDown = rest.endsWith('w2');
  if (!parameters.includes(isDown ? 'experts.down_proj' : 'experts.gate_up_proj')) return [];
  const experts = [...weights.keys()].filter((name) => name.startsWith(`${layer}.block_sparse_moe.experts.`) && name.endsWith('.w1.weight')).length;
  // PEFT wraps a module once for each of its parameters; the wrapper of the first stands within that of the second.
  const isInner = !isDown && parameters.includes('experts.down_proj');
  return [{
    name: `${layer}.mlp.experts.${isDown ? 'down_proj' : 'gate_up_proj'}`, module: `${layer}.mlp.experts${isInner ? '.base_layer' : ''}`,
    outputs: isDown ? outputs! : 2 * outputs!, inputs: inputs!, rank: isDown ? rank : gateUpWidth(targetModules) * rank, experts,
  }];
}

/** What PEFT refuses of these settings, by the name of the setting in a run file. */
export function targetProblem(targets: readonly string[], dropout: number): { readonly key: 'targetModules' | 'dropout'; readonly value: string; readonly message: string } | undefined {
  const [present, missing] = targets.includes('w1') ? ['w1', 'w3'] : ['w3', 'w1'];
  if (targets.includes(present) && !targets.includes(missing)) {
    return { key: 'targetModules', value: present, message: `${present} has an adapter together with ${missing} only: PEFT holds the two as one gate_up_proj` };
  }
  if (dropout > 0 && splitTargets(targets).parameters.length > 0) {
    return { key: 'dropout', value: String(dropout), message: 'PEFT has no dropout before the experts and routers of a Mixtral' };
  }
  return undefined;
}

const weightSuffix = '.weight';

/** Whether PEFT's `target_modules` put an adapter beside this weight: its module's name is a target or ends in `.target`. */
function isLinearTarget(weight: string, shape: readonly number[], targets: readonly string[]): boolean {
  if (shape.length !== 2 || !weight.endsWith(weightSuffix) || weight.includes('.block_sparse_moe.')) return false;
  const module = weight.slice(0, -weightSuffix.length);
  return targets.some((target) => module === target || module.endsWith(`.${target}`));
}

/** Shapes of the two matrices. */
export function pairShapes({ outputs, inputs, rank, experts = 1 }: AdapterPlace): { readonly a: [number, number]; readonly b: [number, number] } {
  return { a: [rank * experts, inputs], b: [outputs, rank * experts] };
}

/** `base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight`: a tensor of adapter_model.safetensors. */
export function loraName({ module }: Pick<AdapterPlace, 'module'>, which: 'A' | 'B'): string {
  return `base_model.model.${module}.lora_${which}${weightSuffix}`;
}

/** Numbers an adapter has for these weights. */
export function adapterParameters(weights: ReadonlyMap<string, readonly number[]>, settings: PlaceSettings): number {
  return adapterPlaces(weights, settings).reduce((sum, { outputs, inputs, rank, experts = 1 }) => sum + rank * experts * (outputs + inputs), 0);
}
