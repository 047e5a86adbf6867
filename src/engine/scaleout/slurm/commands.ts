// Slurm's own commands, by their names on PATH of this machine or a login node: submit, look, cancel. Nothing is kept open
// and nothing is asked in a hurry.
import { userError } from '../../../base/errors/problem';
import { line, type Place } from '../machine/place';
import { parseSqueue, parseSqueueJson, squeueFormat, type SlurmJob } from './state';

const timeoutMs = 60_000;
/** The first version whose `--json` tells of the named jobs alone; older ones print the whole cluster. */
const firstJson = [23, 2] as const;

/** Slurm does not answer, or says no. */
export class SlurmSilent extends Error {
  override readonly name = 'SlurmSilent';
}

/** What the command printed; throws its last words when it fails. */
async function run(place: Place, words: readonly string[], folder?: string): Promise<string> {
  const { code, stdout, stderr } = await place.run([...(folder === undefined ? [] : [`cd ${line([place.seen(folder)])} || exit`]), line(words)], timeoutMs);
  if (code === 0) return stdout;
  throw new Error(lastLine(stderr) ?? lastLine(stdout) ?? `${words[0]!} ended with ${code ?? 'a signal'}`);
}

/** Version of the commands; throws a user error when there are none. */
export async function slurmVersion(place: Place): Promise<readonly number[]> {
  try {
    return (/(\d+)\.(\d+)/.exec(await run(place, ['squeue', '--version'])) ?? []).slice(1).map(Number);
  } catch (error) {
    throw userError({
      code: 'slurm-missing', key: 'scaleout.slurm', message: `Slurm's commands (sbatch, squeue, scancel) were not found on PATH of ${place.name}`, value: wordsOf(error),
      next: 'Start the run on a login node of the cluster, or name one in scaleout.remote, or remove scaleout.slurm to train without it.',
    });
  }
}

/** @returns the id of the job. Throws a user error with Slurm's own words when it takes it not. */
export async function submit(place: Place, script: string, folder: string, arguments_: readonly string[]): Promise<string> {
  try {
    return (await run(place, ['sbatch', '--parsable', script, ...arguments_], folder)).trim().split(';')[0]!;
  } catch (error) {
    throw userError({
      code: 'slurm-refused', file: script, message: 'Slurm did not take the job', value: wordsOf(error),
      next: 'Change what it names in scaleout.slurm, or in trainer.sbatch of the job folder, then start the run again.',
    });
  }
}

/** Undefined when Slurm has forgotten the job, some minutes after its end. Throws SlurmSilent when Slurm does not answer. */
export async function lookAt(place: Place, id: string, version: readonly number[]): Promise<SlurmJob | undefined> {
  return (await ask(place, ['--jobs', id], version)).find((job) => job.id === id);
}

/** The user's jobs of this name that may still go on. */
export async function findByName(place: Place, name: string): Promise<SlurmJob[]> {
  return ask(place, ['--me', '--name', name], []);
}

async function ask(place: Place, which: readonly string[], [major = 0, minor = 0]: readonly number[]): Promise<SlurmJob[]> {
  const hasJson = major > firstJson[0] || (major === firstJson[0] && minor >= firstJson[1]);
  try {
    if (hasJson) {
      const jobs = parseSqueueJson(await run(place, ['squeue', '--json', '--states=all', ...which]));
      if (jobs !== undefined) return jobs;
    }
    const states = which[0] === '--jobs' ? ['--states=all'] : [];
    return parseSqueue(await run(place, ['squeue', '--noheader', ...states, `--format=${squeueFormat}`, ...which]));
  } catch (error) {
    if (/Invalid job id/i.test(String(error))) return [];
    throw new SlurmSilent(wordsOf(error));
  }
}

/** State of a job that squeue has forgotten, from the accounting where there is one. */
export async function accounted(place: Place, id: string): Promise<SlurmJob | undefined> {
  try {
    const stdout = await run(place, ['sacct', '--noheader', '--parsable2', '--allocations', '--format=JobID,State,NodeList', '--jobs', id]);
    const [job] = stdout.split('\n').filter(Boolean);
    if (job === undefined) return undefined;
    const [, state = '', nodes = ''] = job.split('|');
    return { id, state: state.split(' ')[0]!, reason: 'None', nodes };
  } catch {
    return undefined; // most small clusters keep no accounts
  }
}

/** At once, waiting for the answer: also called when this process ends. */
export function cancel(place: Place, id: string): void {
  place.runNow([line(['scancel', id])], timeoutMs);
}

function lastLine(text: string): string | undefined {
  return text.trim() === '' ? undefined : text.trim().split('\n').at(-1)!.slice(0, 300);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
