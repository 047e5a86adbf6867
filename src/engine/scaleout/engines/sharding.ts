// How processes share out weights, gradients and moments: settings of PyTorch's FSDP2 and of DeepSpeed's ZeRO, each a file
// of its own in the trainer's folder.
import type { Architecture, Run, Sharding } from '../../../documents/run/schema';
import { shareOut } from './batches';

export const fsdpFile = 'fsdp.json';
export const deepspeedFile = 'deepspeed.json';

export interface ShardingFacts {
  readonly run: Run;
  readonly sharding: Sharding;
  readonly family: Architecture['family'];
  /** What is computed in; else float32. */
  readonly bfloat16: boolean;
}

/** The class transformers has for a layer of the family: what FSDP2 gathers at a time. */
const layerClasses: Readonly<Record<Architecture['family'], string>> = { mistral: 'MistralDecoderLayer', llama: 'LlamaDecoderLayer', mixtral: 'MixtralDecoderLayer' };

/**
 * Keys as transformers and Axolotl take them in `fsdp_config`. Checkpoints hold the part of each process, which goes on from
 * them; whole weights are put together beside them. An adapter is small, and gathered.
 */
export function fsdpConfig({ run, family }: Pick<ShardingFacts, 'run' | 'family'>): Record<string, unknown> {
  return {
    reshard_after_forward: true,
    auto_wrap_policy: 'TRANSFORMER_BASED_WRAP',
    transformer_layer_cls_to_wrap: layerClasses[family],
    state_dict_type: run.lora === undefined ? 'SHARDED_STATE_DICT' : 'FULL_STATE_DICT',
    activation_checkpointing: run.recomputeActivations,
    cpu_ram_efficient_loading: false,
  };
}

/** A file of DeepSpeed: batch sizes are of one process, and the update's rows those of the run. */
export function deepspeedConfig({ run, sharding, bfloat16 }: ShardingFacts): Record<string, unknown> {
  const stage = Number(sharding.slice('zero'.length));
  const { rowsOfProcess, accumulationSteps } = shareOut(run);
  return {
    train_micro_batch_size_per_gpu: rowsOfProcess,
    gradient_accumulation_steps: accumulationSteps,
    train_batch_size: run.batchSize * run.accumulationSteps,
    gradient_clipping: run.optimiser.clipNorm ?? 0,
    bf16: { enabled: bfloat16 },
    fp16: { enabled: false },
    zero_optimization: {
      stage,
      overlap_comm: true,
      contiguous_gradients: true,
      // Lets transformers write a model.safetensors; the float32 weights are then put in its place.
      ...(stage === 3 ? { stage3_gather_16bit_weights_on_model_save: true } : {}),
    },
    wall_clock_breakdown: false,
  };
}

/** Files by name; none where every process keeps a whole copy. */
export function shardingFiles(facts: ShardingFacts): Readonly<Record<string, Record<string, unknown>>> {
  switch (facts.sharding) {
    case 'none': return {};
    case 'fsdp': return { [fsdpFile]: { version: 2, ...fsdpConfig(facts) } };
    case 'zero1': case 'zero2': case 'zero3': return { [deepspeedFile]: deepspeedConfig(facts) };
  }
}

/**
 * Bytes a checkpoint takes for each weight that is trained: the weight and both moments in float32; where they are shared out, the
 * whole weights beside the processes' parts, and with ZeRO 1 and 2 what each process computes with besides.
 */
export const checkpointBytesOfWeight: Readonly<Record<Sharding, number>> = { none: 12, zero1: 20, zero2: 20, zero3: 16, fsdp: 16 };
