// How a run is given to Slurm: keys of `scaleout.slurm` in a run file. Each becomes a literal directive of the script.
import { z } from 'zod';

const positiveInteger = z.int().positive();
/** What sbatch takes as a time limit: minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes[:seconds]. */
const timeLimit = z.string().regex(/^(?:\d+(?::\d{1,2}){0,2}|\d+-\d{1,2}(?::\d{1,2}){0,2})$/, 'a time limit is written as in sbatch: 30, 12:00:00, 2-00:00:00');
const directive = z.string().regex(/^--?[A-Za-z][^\n]*$/, 'a directive begins with - or --, and is one line');
const line = z.string().regex(/^[^\n]*$/, 'one line each');

export const slurmSchema = z.strictObject({
  partition: z.string().min(1).optional().describe('Partition; the cluster\'s default when left out.'),
  account: z.string().min(1).optional().describe('Account the time is charged to.'),
  qos: z.string().min(1).optional().describe('Quality of service.'),
  nodes: positiveInteger.default(1).describe('Machines. scaleout.processes is what each of them runs.').meta({ unit: 'nodes' }),
  gpus: z.int().nonnegative().optional().describe('GPUs of each node; when left out one for each process, and none with device: cpu.').meta({ unit: 'GPUs' }),
  cpus: positiveInteger.optional().describe('CPU cores of each node.').meta({ unit: 'cores' }),
  memory: z.string().regex(/^\d+[KMGT]?$/, 'as in sbatch: 64G').optional().describe('Memory of each node, as sbatch takes it: 64G.'),
  time: timeLimit.default('24:00:00').describe('Time limit of one stretch, as sbatch takes it: 12:00:00, 2-00:00:00. A run that is longer is saved and put back in the queue.'),
  signalSeconds: z.int().min(10).default(300).describe('How long before the time limit the trainer is told to save. Slurm may tell it up to a minute earlier.').meta({ unit: 'seconds' }),
  requeue: z.boolean().default(true).describe('Put the job back in the queue when its time is up, or its node was lost, or it was preempted.'),
  directives: z.array(directive).default([]).describe('Further directives of sbatch, each as it is written there: ["--exclusive", "--constraint=a100"].'),
  prologue: z.array(line).default([]).describe('Lines of shell run first on the first node, such as ["module load cuda/12.4"].'),
  pollSeconds: z.number().min(1).default(30).describe('Seconds between questions to Slurm about the job.').meta({ unit: 'seconds' }),
  pendingHours: z.number().positive().optional().describe('Hours the job may wait before it is cancelled; when left out it waits as long as Slurm lets it.').meta({ unit: 'hours' }),
});
export type SlurmSettings = z.infer<typeof slurmSchema>;
