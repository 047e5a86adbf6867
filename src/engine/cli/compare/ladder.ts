// Several evaluations below each other, each with its change from the model it was trained from and from the first.
import type { TextTable } from '../../../base/text/tables';
import { readJobFile } from '../../../runs/job-file';
import { listJobs } from '../../../runs/list';
import { changeOf } from '../../../runs/scored/compare';
import { parentsOf } from '../../../runs/scored/relations';
import type { OpenedEvaluation } from './open';
import { signedWithError, withError } from './words';

export async function ladderTable(root: string, opened: readonly OpenedEvaluation[]): Promise<TextTable> {
  const bases = await basesOf(root);
  const places = opened.map(({ job, results }) => ({ id: job.id, of: job.of, tasks: [...results.tasks.keys()] }));
  const parents = parentsOf(places, (run) => bases.get(run));
  const [base] = opened;
  const rows = opened.flatMap(({ job, results }) => [...results.tasks.values()].filter(({ rotation }) => !rotation).flatMap((task) => Object.entries(task.metrics).map(([metric, estimate]) => {
    const parent = opened.find((one) => one.job.id === parents.get(job.id));
    const [toParent, toBase] = [parent, base?.job.id === job.id ? undefined : base].map((one) => changeOf(one?.results.tasks.get(task.task), task, metric));
    return [task.task, metric, job.name, String(estimate.n), withError(estimate), parent?.job.name ?? '', toParent ? signedWithError(toParent) : '', toBase ? signedWithError(toBase) : ''];
  })));
  const order = [...new Set(rows.map(([task, metric]) => `${task!}\n${metric!}`))];
  return {
    title: `Each a single run; changes with paired standard errors, from the parent and from ${base?.job.name ?? ''}`,
    header: ['task', 'metric', 'model', 'questions', 'score', 'parent', 'from parent', 'from base'],
    rows: rows.sort((a, b) => order.indexOf(`${a[0]!}\n${a[1]!}`) - order.indexOf(`${b[0]!}\n${b[1]!}`)),
  };
}

/** The run that each training run started from. */
async function basesOf(root: string): Promise<Map<string, string>> {
  const trainings = (await listJobs(root)).filter((job) => job.kind === 'train');
  const files = await Promise.all(trainings.map(async (job) => [job.id, await readJobFile(job.folder).catch(() => undefined)] as const));
  return new Map(files.flatMap(([id, file]) => (file?.kind === 'train' && file.resolved.baseJob !== undefined ? [[id, file.resolved.baseJob] as const] : [])));
}
