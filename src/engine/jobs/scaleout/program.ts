// A program beside the trainers, started as they are: its folder, its script, its process here or in Slurm's queue.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Stopped, userError } from '../../../base/errors/problem';
import type { Scaleout } from '../../../documents/run/schema';
import { privateFolderMode } from '../../../runs/files/atomic';
import type { JobContext } from '../../../runs/job-context';
import { batchScript, launchScript, Place, privacy, SlurmTrainer, TrainerProcess, writeBatchScript, writeGenerated, writeProgramScript, type ProgramFound, type SlurmWatch, type Trainer } from '../../scaleout';

export const programFolder = 'program';

export interface ProgramPlan {
  readonly python: ProgramFound;
  readonly words: readonly string[];
  readonly scaleout: Scaleout;
  readonly purpose: string;
  /** Name of the package, with its version told. */
  readonly packageName: string;
}

/** Writes what is started, keeps what was changed by hand, and says so. */
export async function writeProgram(context: JobContext, { python, words, scaleout, purpose, packageName }: ProgramPlan): Promise<string> {
  if (scaleout.remote !== undefined) {
    throw userError({
      code: 'program-remote', key: 'remote', value: scaleout.remote.command.join(' '), message: `${packageName} is started on this machine or by Slurm, and not by a command that leads elsewhere`,
      next: 'Start preclinical on that machine, or leave remote out: --set remote=null.',
    });
  }
  const folder = path.join(context.folder, programFolder);
  await mkdir(folder, { recursive: true, mode: privateFolderMode });
  const { slurm } = scaleout;
  const kept = await writeGenerated(folder, {
    [launchScript]: writeProgramScript({ interpreter: python.interpreter, words, scaleout, purpose }),
    // A program that ends early begins anew: nothing of it is put back in the queue.
    ...(slurm === undefined ? {} : { [batchScript]: writeBatchScript({ slurm: { ...slurm, requeue: false }, scaleout, jobName: context.id, folder }) }),
  });
  for (const message of [
    `${packageName} ${python.version}, ${python.interpreter} (${python.because}); its files are in ${programFolder}/.`,
    `Nothing leaves the machine: ${Object.entries(privacy).map(([name, value]) => `${name}=${value}`).join(' ')}, no remote code.`,
    ...kept.map(({ file, difference }) => `${programFolder}/${file} was changed by hand and is kept: ${difference.join(' ⏎ ')}`),
  ]) context.emit({ type: 'notice', level: 'info', message });
  return folder;
}

export async function startProgram(context: JobContext, folder: string, { slurm }: Scaleout): Promise<Trainer> {
  if (slurm === undefined) return new TrainerProcess(folder, []);
  const watch: SlurmWatch = {
    folder, settings: slurm, jobName: context.id, place: new Place(undefined),
    onChange: (text, jobId, level) => {
      context.describe(text, jobId);
      context.emit({ type: 'notice', level, message: `${text}.` });
    },
  };
  return await SlurmTrainer.find(watch) ?? SlurmTrainer.submit(watch, []);
}

/** Waits for its end; `look` is called meanwhile. Throws Stopped when it is asked to stop, and what went wrong when it fails. */
export async function waitForProgram(program: Trainer, signal: AbortSignal, look: () => Promise<void>): Promise<void> {
  const state = { hasEnded: false };
  const aborted = new Promise<void>((resolve) => { signal.addEventListener('abort', () => { resolve(); }, { once: true }); });
  const ended = program.ended.finally(() => { state.hasEnded = true; });
  try {
    while (!state.hasEnded && !signal.aborted) {
      await Promise.race([ended, aborted, pause(1000)]);
      await look();
    }
    if (signal.aborted) throw new Stopped();
    const { code, signal: by, because } = await ended;
    if (code !== 0) throw because ?? await failureOf(program, by ?? `code ${code ?? 'unknown'}`);
  } finally {
    program.kill();
  }
}

export async function failureOf(program: Trainer, how: string): Promise<Error> {
  const lines = await program.lastLines(200);
  const error = lines.findLast((line) => /^(?:\[rank\d+\]: *)?[\w.]*(?:Error|Exception): /.test(line)) ?? lines.findLast((line) => line.trim() !== '') ?? 'it printed nothing';
  return userError({ code: 'program-ended', file: program.logFile, message: `the program ended with ${how}`, value: error.trim().slice(0, 300), next: 'See its log for more, mend that, then start it again.' });
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => { setTimeout(resolve, ms).unref(); });
}
