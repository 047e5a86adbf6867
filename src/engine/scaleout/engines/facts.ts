// What an engine is told of a run, and the settings that transformers' TrainingArguments has and both engines take.
import { scaleoutOf, type Architecture, type Run, type Sharding } from '../../../documents/run/schema';
import { shareOut } from './batches';
import { deepspeedFile } from './sharding';

export interface TrainerFacts {
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
export function computesInBfloat16({ run, onGpu }: Pick<TrainerFacts, 'run' | 'onGpu'>): boolean {
  const { precision } = scaleoutOf(run);
  return precision === 'bfloat16' || (precision === 'auto' && onGpu);
}

/** Everything that decides what is computed is named, so that no default of another version does. */
export function trainingArguments({ run, totalSteps, onGpu, sharding }: TrainerFacts): Record<string, unknown> {
  const { optimiser, neftune } = run;
  return {
    output_dir: 'output',
    ...(sharding.startsWith('zero') ? { deepspeed: deepspeedFile } : {}),
    max_steps: totalSteps,
    gradient_accumulation_steps: shareOut(run).accumulationSteps,
    remove_unused_columns: false,
    dataloader_num_workers: 0,
    learning_rate: optimiser.learningRate,
    adam_beta1: optimiser.beta1,
    adam_beta2: optimiser.beta2,
    adam_epsilon: optimiser.epsilon,
    weight_decay: optimiser.weightDecay,
    max_grad_norm: optimiser.clipNorm ?? 0,
    ...(neftune === undefined ? {} : { neftune_noise_alpha: neftune.alpha }),
    gradient_checkpointing: run.recomputeActivations && sharding !== 'fsdp', // FSDP has it among its own settings
    bf16: computesInBfloat16({ run, onGpu }),
    fp16: false,
    seed: run.seed,
    logging_steps: run.logEverySteps,
    save_strategy: 'no',
    eval_strategy: 'no',
    trust_remote_code: false,
  };
}
