// Programs beside the trainers that are started the same way: lm-evaluation-harness, which scores a checkpoint, and vLLM,
// which serves one. What they are told, and the script that starts them.
import type { Scaleout } from '../../../documents/run/schema';
import { quoted, scriptOf } from './launch';

export interface ProgramName {
  /** Python package, and what is said of it. */
  readonly packageName: string;
  readonly install: string;
}

export const harnessProgram: ProgramName = { packageName: 'lm_eval', install: 'pip install "lm_eval[hf]"' };
export const vllmProgram: ProgramName = { packageName: 'vllm', install: 'pip install vllm' };

export interface HarnessFacts {
  readonly scaleout: Scaleout;
  /** Absolute folder of whole weights, and of the adapter on them. */
  readonly checkpoint: string;
  readonly adapter?: string;
  readonly tasks: readonly string[];
  /** Folder of the task files, and the one that gets the results. */
  readonly tasksFolder: string;
  readonly resultsFolder: string;
  readonly limit?: number | undefined;
  readonly fewshotCount?: number | undefined;
  readonly fewshotSeed?: number | undefined;
  readonly systemInstruction?: string | undefined;
  readonly chat?: { readonly asMultiturn: boolean } | undefined;
}

/** After the interpreter: under torchrun each process scores its part. */
export function harnessWords({ scaleout, checkpoint, adapter, tasks, tasksFolder, resultsFolder, limit, fewshotCount, fewshotSeed, systemInstruction, chat }: HarnessFacts): string[] {
  const { processes, precision, device } = scaleout;
  const model = { pretrained: checkpoint, ...(adapter === undefined ? {} : { peft: adapter }), dtype: precision, trust_remote_code: false };
  const given = (name: string, value: string | number | undefined): string[] => (value === undefined ? [] : [name, String(value)]);
  return [
    ...(processes === 1 ? [] : ['-m', 'torch.distributed.run', '--standalone', '--nproc-per-node', String(processes)]),
    '-m', 'lm_eval', 'run', '--model', 'hf', '--model_args', JSON.stringify(model),
    '--tasks', tasks.join(','), '--include_path', tasksFolder, '--output_path', resultsFolder, '--log_samples', '--batch_size', '8',
    ...(device === 'cpu' ? ['--device', 'cpu'] : []),
    ...given('--limit', limit), ...given('--num_fewshot', fewshotCount), ...(fewshotSeed === undefined ? [] : ['--seed', `0,1234,1234,${fewshotSeed}`]),
    ...given('--system_instruction', systemInstruction),
    ...(chat === undefined ? [] : ['--apply_chat_template', '--fewshot_as_multiturn', String(chat.asMultiturn)]),
  ];
}

export interface VllmFacts {
  readonly scaleout: Scaleout;
  readonly checkpoint: string;
  readonly adapter?: string;
  /** By which requests name it. */
  readonly model: string;
  readonly port: number;
}

/** After the interpreter: what `vllm serve` runs. The token is in its environment, where no list of processes shows it. */
export function vllmWords({ scaleout, checkpoint, adapter, model, port }: VllmFacts): string[] {
  const { processes, precision } = scaleout;
  return [
    '-m', 'vllm.entrypoints.cli.main', 'serve', checkpoint, '--host', '127.0.0.1', '--port', String(port),
    '--served-model-name', adapter === undefined ? model : `${model}-base`, ...(adapter === undefined ? [] : ['--enable-lora', '--lora-modules', `${model}=${adapter}`]),
    '--dtype', precision, '--tensor-parallel-size', String(processes),
  ];
}

export interface ProgramScript {
  readonly interpreter: string;
  readonly words: readonly string[];
  readonly scaleout: Scaleout;
  /** Said in the first line. */
  readonly purpose: string;
}

export function writeProgramScript({ interpreter, words, scaleout, purpose }: ProgramScript): string {
  return scriptOf({ purpose, lines: [...scaleout.prologue, `exec ${[...scaleout.prefix, interpreter, ...words].map(quoted).join(' ')}`] });
}
