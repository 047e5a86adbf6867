// Slurm's own commands, by their names on PATH: submit, look, cancel. Nothing is kept open and nothing is asked in a hurry.
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { userError } from '../../../base/errors/problem';
import { parseSqueue, parseSqueueJson, squeueFormat, type SlurmJob } from './state';

const run = promisify(execFile);
const timeoutMs = 60_000;
/** A queue of a large cluster, as JSON. */
const maxBuffer = 1 << 28;
/** The first version whose `--json` tells of the named jobs alone; older ones print the whole cluster. */
const firstJson = [23, 2] as const;

/** Slurm does not answer, or says no. */
export class SlurmSilent extends Error {
  override readonly name = 'SlurmSilent';
}

/** Version of the commands; throws a user error when there are none. */
export async function slurmVersion(): Promise<readonly number[]> {
  try {
    const { stdout } = await run('squeue', ['--version'], { timeout: timeoutMs });
    return (/(\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
  } catch (error) {
    throw userError({
      code: 'slurm-missing', key: 'scaleout.slurm', message: 'Slurm\'s commands (sbatch, squeue, scancel) were not found on PATH', value: firstLine(error),
      next: 'Start the run on a login node of the cluster, or remove scaleout.slurm to train on this machine.',
    });
  }
}

/** @returns the id of the job. Throws a user error with Slurm's own words when it takes it not. */
export async function submit(script: string, folder: string, arguments_: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run('sbatch', ['--parsable', script, ...arguments_], { cwd: folder, timeout: timeoutMs });
    return stdout.trim().split(';')[0]!;
  } catch (error) {
    throw userError({
      code: 'slurm-refused', file: script, message: 'Slurm did not take the job', value: firstLine(error),
      next: 'Change what it names in scaleout.slurm, or in trainer.sbatch of the job folder, then start the run again.',
    });
  }
}

/** Undefined when Slurm has forgotten the job, some minutes after its end. Throws SlurmSilent when Slurm does not answer. */
export async function lookAt(id: string, version: readonly number[]): Promise<SlurmJob | undefined> {
  return (await ask(['--jobs', id], version)).find((job) => job.id === id);
}

/** The user's jobs of this name that may still go on. */
export async function findByName(name: string): Promise<SlurmJob[]> {
  return ask(['--me', '--name', name], []);
}

async function ask(which: readonly string[], [major = 0, minor = 0]: readonly number[]): Promise<SlurmJob[]> {
  const hasJson = major > firstJson[0] || (major === firstJson[0] && minor >= firstJson[1]);
  try {
    if (hasJson) {
      const jobs = parseSqueueJson((await run('squeue', ['--json', '--states=all', ...which], { timeout: timeoutMs, maxBuffer })).stdout);
      if (jobs !== undefined) return jobs;
    }
    const states = which[0] === '--jobs' ? ['--states=all'] : [];
    return parseSqueue((await run('squeue', ['--noheader', ...states, `--format=${squeueFormat}`, ...which], { timeout: timeoutMs, maxBuffer })).stdout);
  } catch (error) {
    if (/Invalid job id/i.test(String(error))) return [];
    throw new SlurmSilent(firstLine(error));
  }
}

/** State of a job that squeue has forgotten, from the accounting where there is one. */
export async function accounted(id: string): Promise<SlurmJob | undefined> {
  try {
    const { stdout } = await run('sacct', ['--noheader', '--parsable2', '--allocations', '--format=JobID,State,NodeList', '--jobs', id], { timeout: timeoutMs });
    const [line] = stdout.split('\n').filter(Boolean);
    if (line === undefined) return undefined;
    const [, state = '', nodes = ''] = line.split('|');
    return { id, state: state.split(' ')[0]!, reason: 'None', nodes };
  } catch {
    return undefined; // most small clusters keep no accounts
  }
}

/** At once, waiting for the answer: also called when this process ends. */
export function cancel(id: string): void {
  spawnSync('scancel', [id], { timeout: timeoutMs });
}

function firstLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  const text = stderr?.trim() === '' || stderr === undefined ? message : stderr.trim();
  return text.split('\n').at(-1)!.slice(0, 300);
}
