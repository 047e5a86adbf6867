// The script given to sbatch. Slurm expands nothing in its directives, so they hold literal values. It tells the trainer
// to save when its time is nearly up, puts itself back in the queue, and when it is begun again goes on from the newest
// whole checkpoint: all without the process that watches it, which may be gone.
import { launchScript, quoted } from '../scripts/launch';
import { trainerLog } from '../trainer/trainer';
import type { Scaleout } from '../../../documents/run/schema';
import type { SlurmSettings } from '../../../documents/run/slurm';

export const batchScript = 'trainer.sbatch';
/** Exit code of the trainer, written when the job ends for good. */
export const exitFile = 'trainer.exit';
/** Its being there asks the trainer to save and end; it leaves the second one when it did so before the run's end. */
export const saveFile = 'save-and-end';
export const unfinishedFile = 'unfinished';
const startFile = 'start';

export interface BatchFacts {
  readonly slurm: SlurmSettings;
  readonly scaleout: Pick<Scaleout, 'processes' | 'device'>;
  /** By which the job is found again, also when its id was never written down. */
  readonly jobName: string;
  /** Absolute path of the trainer's folder, as the nodes see it. */
  readonly folder: string;
}

/** Called with --resume_from_checkpoint and a folder, or nothing; a checkpoint of its own in output/ goes before it. */
export function writeBatchScript(facts: BatchFacts): string {
  return [
    '#!/usr/bin/env bash',
    ...directives(facts).map((directive) => `#SBATCH ${directive}`),
    '',
    '# Gives this run to Slurm; submitted from the folder it is in. Arguments are passed on to the trainer, such as',
    '# --resume_from_checkpoint FOLDER.',
    'set -uo pipefail',
    `cd ${quoted(facts.folder)} || exit 1`,
    `rm -f ${saveFile} ${unfinishedFile} ${exitFile}`,
    '# Time is nearly up: the trainer saves after its update and ends.',
    `trap 'echo "Slurm says that the time is nearly up."; touch ${saveFile}' USR1`,
    'echo "Slurm job $SLURM_JOB_ID, start $((${SLURM_RESTART_COUNT:-0} + 1)), on $SLURM_JOB_NODELIST"',
    '# A start that lost its machine from Slurm\'s sight ends when it sees that another took over.',
    'export PRECLINICAL_START="$SLURM_JOB_ID.${SLURM_RESTART_COUNT:-0}"',
    `echo "$PRECLINICAL_START" > ${startFile}`,
    'export PRECLINICAL_HEAD="$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)"',
    'export PRECLINICAL_PORT=$((20000 + SLURM_JOB_ID % 20000))',
    ...facts.slurm.prologue,
    '',
    '# Of the checkpoints this job has saved, the newest that is whole.',
    'newest="$(ls -d output/checkpoint-*/complete 2>/dev/null | sort -V | tail -n 1)"',
    'if [ -n "$newest" ]; then set -- --resume_from_checkpoint "$(dirname "$newest")"; fi',
    '',
    `srun --ntasks-per-node=1 --kill-on-bad-exit=1 bash ${launchScript} "$@" &`,
    'trainer=$!',
    'while :; do wait "$trainer"; code=$?; kill -0 "$trainer" 2>/dev/null || break; done',
    ...(facts.slurm.requeue
      ? [`if [ -e ${unfinishedFile} ] && scontrol requeue "$SLURM_JOB_ID"; then sleep 300; fi`] : []),
    `echo "$code" > ${exitFile}`,
    'exit "$code"',
    '',
  ].join('\n');
}

function directives({ slurm, scaleout, jobName }: BatchFacts): string[] {
  const gpus = slurm.gpus ?? (scaleout.device === 'cpu' ? 0 : scaleout.processes);
  const optional: readonly (readonly [string, string | number | undefined])[] = [
    ['partition', slurm.partition], ['account', slurm.account], ['qos', slurm.qos],
    ['gpus-per-node', gpus === 0 ? undefined : gpus], ['cpus-per-task', slurm.cpus], ['mem', slurm.memory],
  ];
  return [
    `--job-name=${jobName}`,
    `--nodes=${slurm.nodes}`,
    '--ntasks-per-node=1',
    ...optional.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
    `--time=${slurm.time}`,
    `--signal=B:USR1@${slurm.signalSeconds}`,
    slurm.requeue ? '--requeue' : '--no-requeue',
    '--open-mode=append',
    // In the folder it is submitted from: sbatch has no way to write a path with a blank in a directive.
    `--output=${trainerLog}`,
    ...slurm.directives,
  ];
}
