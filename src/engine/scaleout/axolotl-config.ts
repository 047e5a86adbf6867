// The configuration of Axolotl for a run: keys and meanings are those of its AxolotlInputConfig. What Axolotl has no key for
// is given to our plugin inside it (media/scaleout/preclinical_axolotl.py).
import { scaleoutOf } from '../../documents/run/schema';
import { shareOut } from './batches';
import { dataFiles } from './data';
import { deepspeedFile, fsdpConfig } from './sharding';
import { computesInBfloat16, type TrlFacts } from './trl-config';

/** Everything that decides what is computed is named, so that no default of another version does. */
export function axolotlConfig({ run, totalSteps, base, onGpu, adapter, sharding, family }: TrlFacts, longestRow: number): Record<string, unknown> {
  const { optimiser, lora, neftune } = run;
  const scaleout = scaleoutOf(run);
  const { rowsOfProcess, accumulationSteps } = shareOut(run);
  const bfloat16 = computesInBfloat16({ run, onGpu });
  return {
    base_model: base,
    tokenizer_config: base,
    plugins: ['preclinical_axolotl.PreclinicalPlugin'],
    attn_implementation: scaleout.attention,
    output_dir: 'output',
    ...(lora === undefined ? {} : {
      adapter: lora.quantisation === undefined ? 'lora' : 'qlora', lora_model_dir: adapter, lora_r: lora.rank, lora_alpha: lora.alpha, lora_dropout: lora.dropout, lora_target_modules: lora.targetModules, peft_use_rslora: lora.rankStabilised,
    }),
    ...(lora?.quantisation === undefined ? {} : { load_in_4bit: true, bnb_config_kwargs: { bnb_4bit_quant_type: lora.quantisation, bnb_4bit_use_double_quant: true } }),
    ...(sharding === 'fsdp' ? { fsdp_version: 2, fsdp_config: fsdpConfig({ run, family }) } : {}),
    ...(sharding.startsWith('zero') ? { deepspeed: deepspeedFile } : {}),

    // Rows that are token ids already; the plugin puts them into the order of the run.
    datasets: [{ path: dataFiles.rows, ds_type: 'parquet', type: null }],
    dataset_prepared_path: 'cache/prepared',
    sequence_len: longestRow,
    sample_packing: false,
    pad_to_sequence_len: false,
    shuffle_merged_datasets: false,
    curriculum_sampling: true, // in the order that is given
    group_by_length: false,
    remove_unused_columns: false,
    val_set_size: 0,
    dataloader_num_workers: 0,

    max_steps: totalSteps,
    num_epochs: 1,
    micro_batch_size: rowsOfProcess,
    gradient_accumulation_steps: accumulationSteps,
    optimizer: 'adamw_torch',
    learning_rate: optimiser.learningRate,
    lr_scheduler: 'constant', // the plugin brings the rate of each update
    adam_beta1: optimiser.beta1,
    adam_beta2: optimiser.beta2,
    adam_epsilon: optimiser.epsilon,
    weight_decay: optimiser.weightDecay,
    max_grad_norm: optimiser.clipNorm ?? 0,
    ...(neftune === undefined ? {} : { neftune_noise_alpha: neftune.alpha }),
    gradient_checkpointing: run.recomputeActivations && sharding !== 'fsdp',
    bf16: bfloat16,
    fp16: false,
    tf32: false,
    float32: !bfloat16,
    seed: run.seed,

    logging_steps: run.logEverySteps,
    include_tkps: false,
    save_strategy: 'no',
    eval_strategy: 'no',
    use_wandb: false,
    use_mlflow: false,
    use_comet: false,
    trust_remote_code: false,
    strict: false,
  };
}

/** What the plugin reads from `preclinical.json`. */
export function axolotlRows({ run, heldOut, heldOutEvery }: TrlFacts, padId: number): Record<string, unknown> {
  return {
    rows: dataFiles.rows, order: dataFiles.order, learning_rates: dataFiles.rates, pad_id: padId, held_out: heldOut, held_out_every: heldOutEvery,
    checkpoint_every_steps: run.checkpoints.everySteps ?? 0, checkpoint_every_minutes: run.checkpoints.everyMinutes,
  };
}
