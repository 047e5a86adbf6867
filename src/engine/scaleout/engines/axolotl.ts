// The configuration of Axolotl for a run: keys and meanings are those of its AxolotlInputConfig. What Axolotl has no key for
// is given to our plugin inside it (media/scaleout/preclinical_axolotl.py).
import { scaleoutOf } from '../../../documents/run/schema';
import { dataFiles } from '../data/write';
import { shareOut } from './batches';
import { computesInBfloat16, trainingArguments, type TrainerFacts } from './facts';
import { fsdpConfig } from './sharding';

/** Axolotl takes its own kernels for adapters unless told otherwise, also where there is no GPU to run them. */
const cudaKernels = { lora_mlp_kernel: false, lora_qkv_kernel: false, lora_o_kernel: false, lora_embedding_kernel: false };

export function axolotlConfig(facts: TrainerFacts, longestRow: number): Record<string, unknown> {
  const { run, base, adapter, sharding, family, onGpu } = facts;
  const { lora } = run;
  return {
    base_model: base,
    tokenizer_config: base,
    plugins: ['preclinical_axolotl.PreclinicalPlugin'],
    attn_implementation: scaleoutOf(run).attention,
    ...(lora === undefined ? {} : {
      adapter: lora.quantisation === undefined ? 'lora' : 'qlora', lora_model_dir: adapter, lora_r: lora.rank, lora_alpha: lora.alpha, lora_dropout: lora.dropout, lora_target_modules: lora.targetModules, peft_use_rslora: lora.rankStabilised,
      ...(onGpu ? {} : cudaKernels),
    }),
    ...(lora?.quantisation === undefined ? {} : { load_in_4bit: true, bnb_config_kwargs: { bnb_4bit_quant_type: lora.quantisation, bnb_4bit_use_double_quant: true } }),
    ...(sharding === 'fsdp' ? { fsdp_version: 2, fsdp_config: fsdpConfig({ run, family }) } : {}),

    // Rows that are token ids already; the plugin puts them into the order of the run.
    datasets: [{ path: dataFiles.rows, ds_type: 'parquet', type: null }],
    dataset_prepared_path: 'cache/prepared',
    sequence_len: longestRow,
    sample_packing: false,
    pad_to_sequence_len: false,
    shuffle_merged_datasets: false,
    curriculum_sampling: true, // in the order that is given
    group_by_length: false,
    val_set_size: 0,

    ...trainingArguments(facts),
    num_epochs: 1,
    micro_batch_size: shareOut(run).rowsOfProcess,
    optimizer: 'adamw_torch',
    lr_scheduler: 'constant', // the plugin brings the rate of each update
    tf32: false,
    float32: !computesInBfloat16(facts),
    include_tkps: false,
    use_wandb: false,
    use_mlflow: false,
    use_comet: false,
    strict: false,
  };
}

/** What the plugin reads from `preclinical.json`. */
export function axolotlRows({ run, heldOut, heldOutEvery }: TrainerFacts, padId: number): Record<string, unknown> {
  return {
    rows: dataFiles.rows, order: dataFiles.order, learning_rates: dataFiles.rates, pad_id: padId, held_out: heldOut, held_out_every: heldOutEvery,
    checkpoint_every_steps: run.checkpoints.everySteps ?? 0, checkpoint_every_minutes: run.checkpoints.everyMinutes,
  };
}
