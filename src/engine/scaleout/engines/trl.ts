// The configuration of TRL's SFTTrainer for a run: keys and meanings are those of trl.SFTConfig and trl.ModelConfig.
import { scaleoutOf } from '../../../documents/run/schema';
import { dataFiles } from '../data/write';
import { shareOut } from './batches';
import { computesInBfloat16, trainingArguments, type TrainerFacts } from './facts';
import { fsdpFile } from './sharding';

/** Keys that are not TRL's but of media/scaleout/train_trl.py. */
export const ownSettings = ['adapter', 'rows', 'order', 'learning_rates', 'held_out', 'held_out_every', 'checkpoint_every_steps', 'checkpoint_every_minutes'] as const;

export function trlConfig(facts: TrainerFacts): Record<string, unknown> {
  const { run, base, heldOut, heldOutEvery, onGpu, adapter, sharding } = facts;
  const { lora, checkpoints } = run;
  const bfloat16 = computesInBfloat16(facts);
  return {
    model_name_or_path: base,
    dtype: lora?.quantisation !== undefined && bfloat16 ? 'bfloat16' : 'float32',
    attn_implementation: scaleoutOf(run).attention,
    ...(lora === undefined ? {} : { adapter }),
    ...(lora?.quantisation === undefined ? {} : { load_in_4bit: true, bnb_4bit_quant_type: lora.quantisation, use_bnb_nested_quant: true, bnb_4bit_quant_storage: bfloat16 ? 'bfloat16' : 'float32' }),
    ...(sharding === 'fsdp' ? { fsdp: true, fsdp_config: fsdpFile } : {}),

    rows: dataFiles.rows,
    order: dataFiles.order,
    learning_rates: dataFiles.rates,
    held_out: heldOut.join(','),
    held_out_every: heldOutEvery,
    checkpoint_every_steps: checkpoints.everySteps ?? 0,
    checkpoint_every_minutes: checkpoints.everyMinutes,

    ...trainingArguments(facts),
    per_device_train_batch_size: shareOut(run).rowsOfProcess,
    train_sampling_strategy: 'sequential',
    dataset_kwargs: { skip_prepare_dataset: true },
    packing: false,
    optim: 'adamw_torch',
    average_tokens_across_devices: true,
    use_cpu: !onGpu,
    logging_nan_inf_filter: false,
    report_to: 'none',
    push_to_hub: false,
    disable_tqdm: true,
  };
}
