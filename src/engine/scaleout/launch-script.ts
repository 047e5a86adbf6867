// The shell script that starts the trainer: plain, so that it can be read, changed, and run by hand.
export const launchScript = 'launch.sh';

export interface LaunchFacts {
  readonly interpreter: string;
  readonly prefix: readonly string[];
  readonly processes: number;
  readonly threadsOfProcess: number;
}

/** Nothing of a run leaves the machine: no telemetry, no hub, no remote code, no reporters. */
const privacy = {
  HF_HUB_OFFLINE: '1', TRANSFORMERS_OFFLINE: '1', HF_DATASETS_OFFLINE: '1', HF_HUB_DISABLE_TELEMETRY: '1', DO_NOT_TRACK: '1',
  WANDB_MODE: 'disabled', WANDB_DISABLED: 'true', MLFLOW_TRACKING_URI: '', TOKENIZERS_PARALLELISM: 'false',
} as const;

/** Called with no arguments, or with --resume_from_checkpoint and a folder. */
export function writeLaunchScript({ interpreter, prefix, processes, threadsOfProcess }: LaunchFacts): string {
  const environment = { ...privacy, OMP_NUM_THREADS: String(threadsOfProcess), PYTHONUNBUFFERED: '1' };
  const command = [...prefix, interpreter, '-m', 'torch.distributed.run', '--standalone', '--nproc-per-node', String(processes), 'train_trl.py', '--config', 'trl.yaml'];
  return [
    '#!/usr/bin/env bash',
    '# Starts the trainer of this run. Arguments are passed on, such as --resume_from_checkpoint FOLDER.',
    'set -euo pipefail',
    'cd "$(dirname "${BASH_SOURCE[0]}")"',
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`),
    'export PRECLINICAL_TRAINER="$PWD" HF_DATASETS_CACHE="$PWD/cache"',
    `exec ${command.map(quoted).join(' ')} "$@"`,
    '',
  ].join('\n');
}

function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll('\'', '\'\\\'\'')}'`;
}
