// preclinical runs: lists jobs, shows one, asks one to stop, pause, checkpoint or go on, ends one that does not answer.
import type { Command } from 'commander';
import { alignColumns } from '../../../base/text/columns';
import { userError } from '../../../base/errors/problem';
import { killJob } from '../../../runs/kill';
import { launchJob } from '../../../runs/launch';
import { listJobs, type JobSummary } from '../../../runs/list';
import { requestJob } from '../../../runs/requests';
import { readJobState } from '../../../runs/state';
import { fileArgument, rootOf } from '../context';
import { followJob } from '../follow/follow';
import type { SetExitCode } from '../verbs';

export function addRuns(program: Command, setExitCode: SetExitCode): void {
  const runs = program.command('runs').description('jobs of this workspace (without a verb: list them)');
  runs.command('list', { isDefault: true })
    .description('list jobs, newest first')
    .option('--json', 'print as JSON')
    .action(async (options: { json?: boolean }, command: Command) => {
      const jobs = (await listJobs(rootOf(command))).sort((a, b) => (a.id < b.id ? 1 : -1));
      const rows = await Promise.all(jobs.map(async (job) => ({ id: job.id, kind: job.kind, name: job.name, ...await readJobState(job.folder) })));
      if (options.json) console.log(JSON.stringify(rows, undefined, 2));
      else console.log(rows.length === 0 ? 'No runs yet.' : alignColumns([['id', 'kind', 'state', 'name'], ...rows.map((row) => [row.id, row.kind, row.state, row.name])]));
    });
  for (const kind of ['stop', 'pause', 'checkpoint'] as const) {
    runs.command(kind)
      .description({ stop: 'stop after the last whole update, keeping a checkpoint', pause: 'stop, keeping a checkpoint, with the state paused', checkpoint: 'write a checkpoint and go on' }[kind])
      .argument('<id>', 'id of a job or a unique part of it')
      .action(async (id: string, _options: object, command: Command) => {
        const job = await findJob(rootOf(command), id);
        await requestJob(job.folder, kind);
        console.log(`Asked ${job.id}: ${kind}.`);
      });
  }
  runs.command('resume')
    .description('go on with a stopped, paused, failed or lost job, and follow it')
    .argument('<id>', 'id of a job or a unique part of it')
    .option('--detach', 'start it and come back')
    .option('--json', 'with --detach: print its id and folder as JSON')
    .action(async (id: string, options: { detach?: boolean; json?: boolean }, command: Command) => {
      const root = rootOf(command);
      const job = await findJob(root, id);
      await launchJob(job.folder);
      if (!options.detach) setExitCode(await followJob(root, job.folder));
      else console.log(options.json ? JSON.stringify({ id: job.id, folder: job.folder }) : `Goes on: ${job.id}.`);
    });
  runs.command('kill')
    .description('end the process of a job at once, without a checkpoint; only for one that does not answer')
    .argument('<id>', 'id of a job or a unique part of it')
    .action(async (id: string, _options: object, command: Command) => {
      const job = await findJob(rootOf(command), id);
      await killJob(job.folder);
      console.log(`Killed ${job.id}. What was checkpointed is kept; resume it.`);
    });
  runs.command('import')
    .description('take in runs of other programs from their logs, to be seen and compared: trainer_state.json, trainer_log.jsonl of LLaMA-Factory, TensorBoard event files, offline Weights & Biases, MLflow file stores. Again to take in what they gained')
    .argument('<path>', 'a log, or a folder with some; never written to')
    .option('--json', 'print as JSON')
    .action(async (place: string, options: { json?: boolean }, command: Command) => {
      const { importRuns } = await import('../../jobs/import-runs');
      const imported = await importRuns(rootOf(command), fileArgument(place));
      if (options.json) console.log(JSON.stringify(imported));
      else for (const { id, source, place: from, steps, added, unreadable } of imported) console.log(`${id}  ${source}, ${from}: ${added} new points, up to step ${steps}${unreadable > 0 ? `; ${unreadable} records could not be read` : ''}`);
    });
  runs.command('follow')
    .description('follow a running job; Ctrl-C asks it to stop')
    .argument('<id>', 'id of a job or a unique part of it')
    .option('--json', 'print events as JSON lines')
    .action(async (id: string, options: { json?: boolean }, command: Command) => {
      const root = rootOf(command);
      setExitCode(await followJob(root, (await findJob(root, id)).folder, options));
    });
}

async function findJob(root: string, id: string): Promise<JobSummary> {
  const jobs = (await listJobs(root)).filter((job) => job.id === id || job.id.includes(id));
  if (jobs.length === 1) return jobs[0]!;
  throw userError({
    code: 'job-not-found', key: 'id', value: id,
    message: jobs.length === 0 ? 'no job of this name' : `${jobs.length} jobs match`,
    next: jobs.length === 0 ? '`preclinical runs` lists them.' : 'Write more of the id.',
  });
}
