// The configuration of TRL's SFTTrainer for a run: keys and meanings are those of trl.SFTConfig and trl.ModelConfig.
import { scaleoutOf, type Architecture, type Run, type Sharding } from '../../documents/run/schema';
import { shareOut } from './batches';
import { dataFiles } from './data';
import { deepspeedFile, fsdpFile } from './sharding';

export interface TrlFacts {
  readonly run: Run;
  readonly totalSteps: number;
  /** Folder of the weights to start from, as the trainer sees it. */
  readonly base: string;
  readonly heldOut: readonly string[];
  readonly heldOutEvery: number;
  readonly onGpu: boolean;
  /** Folder of the adapter a LoRA run begins with, in PEFT's layout. */
  readonly adapter: string;
  /** As chosen: never `auto`. */
  readonly sharding: Sharding;
  readonly family: Architecture['family'];
}

/** What is computed in, where the file leaves it open. */
export function computesInBfloat16({ run, onGpu }: Pick<TrlFacts, 'run' | 'onGpu'>): boolean {
  const { precision } = scaleoutOf(run);
  return precision === 'bfloat16' || (precision === 'auto' && onGpu);
}

/** Keys that are not TRL's but of media/scaleout/train_trl.py. */
export const ownSettings = ['adapter', 'rows', 'order', 'learning_rates', 'held_out', 'held_out_every', 'checkpoint_every_steps', 'checkpoint_every_minutes'] as const;

/** Everything that decides what is computed is named, so that no default of another version does. */
export function trlConfig({ run, totalSteps, base, heldOut, heldOutEvery, onGpu, adapter, sharding }: TrlFacts): Record<string, unknown> {
  const { optimiser, lora, neftune, checkpoints } = run;
  const scaleout = scaleoutOf(run);
  const { rowsOfProcess, accumulationSteps } = shareOut(run);
  const bfloat16 = computesInBfloat16({ run, onGpu });
  return {
    model_name_or_path: base,
    dtype: lora?.quantisation !== undefined && bfloat16 ? 'bfloat16' : 'float32',
    attn_implementation: scaleout.attention,
    output_dir: 'output',
    ...(lora === undefined ? {} : { adapter }),
    ...(lora?.quantisation === undefined ? {} : { load_in_4bit: true, bnb_4bit_quant_type: lora.quantisation, use_bnb_nested_quant: true, bnb_4bit_quant_storage: bfloat16 ? 'bfloat16' : 'float32' }),
    ...(sharding === 'fsdp' ? { fsdp: true, fsdp_config: fsdpFile } : {}),
    ...(sharding.startsWith('zero') ? { deepspeed: deepspeedFile } : {}),

    rows: dataFiles.rows,
    order: dataFiles.order,
    learning_rates: dataFiles.rates,
    held_out: heldOut.join(','),
    held_out_every: heldOutEvery,
    checkpoint_every_steps: checkpoints.everySteps ?? 0,
    checkpoint_every_minutes: checkpoints.everyMinutes,

    max_steps: totalSteps,
    per_device_train_batch_size: rowsOfProcess,
    gradient_accumulation_steps: accumulationSteps,
    train_sampling_strategy: 'sequential',
    dataset_kwargs: { skip_prepare_dataset: true },
    packing: false,
    remove_unused_columns: false,
    dataloader_num_workers: 0,

    optim: 'adamw_torch',
    learning_rate: optimiser.learningRate,
    adam_beta1: optimiser.beta1,
    adam_beta2: optimiser.beta2,
    adam_epsilon: optimiser.epsilon,
    weight_decay: optimiser.weightDecay,
    max_grad_norm: optimiser.clipNorm ?? 0,
    ...(neftune === undefined ? {} : { neftune_noise_alpha: neftune.alpha }),
    gradient_checkpointing: run.recomputeActivations && sharding !== 'fsdp', // of FSDP in its own file
    average_tokens_across_devices: true,
    bf16: bfloat16,
    fp16: false,
    use_cpu: !onGpu,
    seed: run.seed,

    logging_steps: run.logEverySteps,
    logging_nan_inf_filter: false,
    save_strategy: 'no',
    eval_strategy: 'no',
    report_to: 'none',
    push_to_hub: false,
    trust_remote_code: false,
    disable_tqdm: true,
  };
}
