// What Slurm says of a job, and what that means for the run. Pure. States and reasons are those of squeue's manual page.
import { z } from 'zod';

export interface SlurmJob {
  readonly id: string;
  /** PENDING, RUNNING, NODE_FAIL, … */
  readonly state: string;
  /** Why it is in this state, in Slurm's word; None when there is nothing to say. */
  readonly reason: string;
  readonly nodes: string;
}

/** Format of squeue for `parseSqueue`. */
export const squeueFormat = '%i|%T|%r|%N';

/** The lines of `squeue --noheader --format` with that format. */
export function parseSqueue(text: string): SlurmJob[] {
  return text.split('\n').filter(Boolean).map((line) => {
    const [id = '', state = '', reason = '', nodes = ''] = line.trim().split('|');
    return { id, state, reason, nodes };
  });
}

/** Before 23.02 a state was one word, since then it is a list with the base state first and flags after it. */
const jsonSchema = z.object({
  jobs: z.array(z.object({
    job_id: z.number(), job_state: z.union([z.string(), z.array(z.string()).min(1)]), state_reason: z.string(), nodes: z.string().nullish(),
  })),
});

/** What `squeue --json` prints; undefined when it is of a shape that is not known. */
export function parseSqueueJson(text: string): SlurmJob[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return jsonSchema.safeParse(value).data?.jobs.map((job) => ({
    id: String(job.job_id), state: [job.job_state].flat().at(-1)!, reason: job.state_reason, nodes: job.nodes ?? '',
  }));
}

export type Standing = 'waiting' | 'training' | 'ended';

/** Slurm's final states; from all others a job may still go on. */
const finalStates = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'TIMEOUT', 'NODE_FAIL', 'OUT_OF_MEMORY', 'PREEMPTED', 'BOOT_FAIL', 'DEADLINE', 'REVOKED']);
const trainingStates = new Set(['RUNNING', 'COMPLETING', 'SIGNALING', 'STAGE_OUT', 'RESIZING', 'SUSPENDED', 'STOPPED']);

export function standingOf({ state }: Pick<SlurmJob, 'state'>): Standing {
  if (finalStates.has(state)) return 'ended';
  return trainingStates.has(state) ? 'training' : 'waiting';
}

/** Reasons that no waiting mends, each with what does. */
const hopeless: Readonly<Record<string, string>> = {
  PartitionTimeLimit: 'Ask for less time than the partition gives: scaleout.slurm.time, or name another partition.',
  PartitionNodeLimit: 'Ask for as many nodes as the partition has: scaleout.slurm.nodes, or name another partition.',
  BadConstraints: 'No node has what is asked for: look at gpus, memory, cpus and directives of scaleout.slurm.',
  InvalidAccount: 'Name an account you may use in scaleout.slurm.account.',
  InvalidQOS: 'Name a quality of service you may use in scaleout.slurm.qos.',
  QOSNotAllowed: 'Name a quality of service you may use in scaleout.slurm.qos.',
  DependencyNeverSatisfied: 'What it depends on has failed; remove the dependency from scaleout.slurm.directives.',
  JobHeldAdmin: 'An administrator holds it, or Slurm gave up starting it; ask them.',
  launch_failed_requeued_held: 'Slurm could not start it and holds it; look at the node, then resume the run.',
};

/** What to do when a job with this reason will never run; undefined when it may. */
export function neverRuns({ state, reason }: SlurmJob): string | undefined {
  if (standingOf({ state }) !== 'waiting') return undefined;
  return hopeless[reason.trim().replaceAll(' ', '_')];
}

/** The job in words for a row of the tree. */
export function describeSlurmJob({ id, state, reason, nodes }: SlurmJob): string {
  const why = reason === '' || reason === 'None' ? '' : `: ${reason}`;
  const where = nodes === '' ? '' : ` on ${nodes}`;
  return `Slurm job ${id} ${state.toLowerCase().replaceAll('_', ' ')}${standingOf({ state }) === 'training' ? where : why}`;
}

interface Ending { readonly code: string; readonly message: string; readonly next: string }

const endings: Readonly<Record<string, Ending>> = {
  TIMEOUT: { code: 'slurm-timeout', message: 'Slurm ended the job at its time limit before the trainer had saved', next: 'Raise scaleout.slurm.signalSeconds above what an update and a checkpoint take, then resume the run.' },
  DEADLINE: { code: 'slurm-deadline', message: 'Slurm ended the job at its deadline', next: 'Resume the run.' },
  NODE_FAIL: { code: 'slurm-node-failed', message: 'a node of the job failed', next: 'Resume the run; scaleout.slurm.requeue: true does so by itself.' },
  BOOT_FAIL: { code: 'slurm-node-failed', message: 'a node of the job did not boot', next: 'Resume the run.' },
  PREEMPTED: { code: 'slurm-preempted', message: 'the job was preempted by another', next: 'Resume the run; scaleout.slurm.requeue: true does so by itself where the cluster allows it.' },
  OUT_OF_MEMORY: { code: 'slurm-out-of-memory', message: 'the job took more memory than it was given', next: 'Raise scaleout.slurm.memory, or lower batchSize and raise accumulationSteps by as much, then resume the run.' },
  CANCELLED: { code: 'slurm-cancelled', message: 'the job was cancelled outside of this program', next: 'Resume the run when you want it to go on.' },
};

/** Why the run ended, where the state says it. */
export function endingOf({ state }: Pick<SlurmJob, 'state'>): Ending | undefined {
  return endings[state];
}
