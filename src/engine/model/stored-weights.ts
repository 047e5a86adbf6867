// Where each weight lies in the files of a checkpoint. Most lie under their own name; the experts of Mixtral may lie in
// two tensors a layer, as transformers 5 holds them in memory: gate_up_proj [E, 2F, D] and down_proj [E, D, F].
// Legend: E experts, F intermediate, D hidden.
import type { ModelConfig } from './config';
import { elements } from './parameters';

/** A stretch of a tensor's elements. */
export interface StoredPart { readonly tensor: string; readonly shape: readonly number[]; readonly first: number; readonly count: number }

/** The tensor that holds `name` of this shape, given those there are; undefined when none does. */
export function findStored(name: string, shape: readonly number[], config: ModelConfig, isThere: (tensor: string) => boolean): StoredPart | undefined {
  const count = elements(shape);
  if (isThere(name)) return { tensor: name, shape, first: 0, count };
  const fused = fusedPart(name, shape, config);
  return fused && isThere(fused.tensor) ? fused : undefined;
}

/** Whether a tensor of this name holds several weights of an architecture with experts. */
export function isFused(tensor: string): boolean {
  return /^model\.layers\.\d+\.mlp\.(gate\.weight|experts\.(gate_up_proj|down_proj))$/.test(tensor);
}

function fusedPart(name: string, shape: readonly number[], config: ModelConfig): StoredPart | undefined {
  const [, layer, rest] = /^(model\.layers\.\d+)\.block_sparse_moe\.(.+)\.weight$/.exec(name) ?? [];
  if (config.experts === undefined || layer === undefined || rest === undefined) return undefined;
  const count = elements(shape);
  if (rest === 'gate') return { tensor: `${layer}.mlp.gate.weight`, shape, first: 0, count };
  const [, index, matrix] = /^experts\.(\d+)\.(w[123])$/.exec(rest)!;
  const { hiddenSize: D, intermediateSize: F, experts } = config;
  const expert = Number(index);
  if (matrix === 'w2') return { tensor: `${layer}.mlp.experts.down_proj`, shape: [experts.count, D, F], first: expert * count, count };
  return { tensor: `${layer}.mlp.experts.gate_up_proj`, shape: [experts.count, 2 * F, D], first: (2 * expert + (matrix === 'w3' ? 1 : 0)) * count, count };
}
