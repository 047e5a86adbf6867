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
}

/** Nothing of a run leaves the machine: no telemetry, no hub, no remote code, no reporters. */
const privacy = {
  HF_HUB_OFFLINE: '1', TRANSFORMERS_OFFLINE: '1', HF_DATASETS_OFFLINE: '1', HF_HUB_DISABLE_TELEMETRY: '1', DO_NOT_TRACK: '1',
  WANDB_MODE: 'disabled', WANDB_DISABLED: 'true', MLFLOW_TRACKING_URI: '', TOKENIZERS_PARALLELISM: 'false',
} as const;

/** Where the machines of a run meet; trainer.sbatch sets the variables, and each machine knows its own number. */
const meeting = ['--node-rank', '"$SLURM_NODEID"', '--master-addr', '"$PRECLINICAL_HEAD"', '--master-port', '"$PRECLINICAL_PORT"'];

/** Called with no arguments, or with --resume_from_checkpoint and a folder. */
export function writeLaunchScript({ interpreter, prefix, prologue, processes, nodes, threadsOfProcess }: LaunchFacts): string {
  const environment = { ...privacy, ...(threadsOfProcess === undefined ? {} : { OMP_NUM_THREADS: String(threadsOfProcess) }), PYTHONUNBUFFERED: '1' };
  const command = [
    ...[...prefix, interpreter, '-m', 'torch.distributed.run'].map(quoted),
    ...(nodes === 1 ? ['--standalone'] : ['--nnodes', String(nodes), ...meeting]), '--nproc-per-node', String(processes),
    'train_trl.py', '--config', 'trl.yaml',
  ];
  return [
    '#!/usr/bin/env bash',
    '# Starts the trainer of this run. Arguments are passed on, such as --resume_from_checkpoint FOLDER.',
    'set -euo pipefail',
    'cd "$(dirname "${BASH_SOURCE[0]}")"',
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`),
    'export PRECLINICAL_TRAINER="$PWD" HF_DATASETS_CACHE="$PWD/cache"',
    ...prologue,
    `exec ${command.join(' ')} "$@"`,
    '',
  ].join('\n');
}

export function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll('\'', '\'\\\'\'')}'`;
}
