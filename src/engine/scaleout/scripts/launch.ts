// The shell script that starts the trainer: plain, so that it can be read, changed, and run by hand.
export const launchScript = 'launch.sh';

export interface LaunchFacts {
  readonly interpreter: string;
  readonly prefix: readonly string[];
  /** Lines of shell run before the command. */
  readonly prologue: readonly string[];
  /** Of each machine. */
  readonly processes: number;
  readonly nodes: number;
  /** Left to Slurm, which knows the cores of its nodes, when undefined. */
  readonly threadsOfProcess: number | undefined;
  /** On a machine whose GPUs are to stay out of it, or that has none. */
  readonly onCpu?: boolean;
  /** What torchrun starts. */
  readonly entry: readonly string[];
}

/** Nothing of a run leaves the machine: no telemetry, no hub, no remote code, no reporters. */
export const privacy = {
  HF_HUB_OFFLINE: '1', TRANSFORMERS_OFFLINE: '1', HF_DATASETS_OFFLINE: '1', HF_HUB_DISABLE_TELEMETRY: '1', DO_NOT_TRACK: '1', AXOLOTL_DO_NOT_TRACK: '1',
  WANDB_MODE: 'disabled', WANDB_DISABLED: 'true', COMET_MODE: 'disabled', MLFLOW_TRACKING_URI: '', MLFLOW_DISABLE_TELEMETRY: 'true', VLLM_NO_USAGE_STATS: '1', TOKENIZERS_PARALLELISM: 'false',
} as const;

/** Where the machines of a run meet; trainer.sbatch sets the variables, and each machine knows its own number. */
const meeting = ['--node-rank', '"$SLURM_NODEID"', '--master-addr', '"$PRECLINICAL_HEAD"', '--master-port', '"$PRECLINICAL_PORT"'];

/** Called with no arguments, or with --resume_from_checkpoint and a folder. */
export function writeLaunchScript({ interpreter, prefix, prologue, processes, nodes, threadsOfProcess, onCpu = false, entry }: LaunchFacts): string {
  const command = [
    ...[...prefix, interpreter, '-m', 'torch.distributed.run'].map(quoted),
    ...(nodes === 1 ? ['--standalone'] : ['--nnodes', String(nodes), ...meeting]), '--nproc-per-node', String(processes),
    ...entry.map(quoted),
  ];
  return scriptOf({
    purpose: 'Starts the trainer of this run. Arguments are passed on, such as --resume_from_checkpoint FOLDER.',
    environment: { ...(threadsOfProcess === undefined ? {} : { OMP_NUM_THREADS: String(threadsOfProcess) }), ...(onCpu ? { ACCELERATE_USE_CPU: 'true', DS_ACCELERATOR: 'cpu' } : {}) },
    lines: ['export PRECLINICAL_TRAINER="$PWD" PYTHONPATH="$PWD${PYTHONPATH:+:$PYTHONPATH}"', ...prologue, `exec ${command.join(' ')} "$@"`],
  });
}

export interface Script {
  /** Said in the first line. */
  readonly purpose: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly lines: readonly string[];
}

/** Runs its lines in its own folder: nothing leaves the machine, and what is written is for the owner alone. */
export function scriptOf({ purpose, environment = {}, lines }: Script): string {
  return [
    '#!/usr/bin/env bash',
    `# ${purpose}`,
    'set -euo pipefail',
    'umask 077',
    'cd "$(dirname "${BASH_SOURCE[0]}")"',
    ...Object.entries({ ...privacy, ...environment, PYTHONUNBUFFERED: '1' }).map(([name, value]) => `export ${name}=${quoted(value)}`),
    'export HF_DATASETS_CACHE="$PWD/cache"',
    ...lines,
    '',
  ].join('\n');
}

export function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll('\'', '\'\\\'\'')}'`;
}
