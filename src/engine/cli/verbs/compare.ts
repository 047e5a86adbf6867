// preclinical compare A B: two evaluations over the questions both were asked.
import type { Command } from 'commander';
import { userError } from '../../../base/errors/problem';
import { alignColumns } from '../../../base/text/columns';
import type { Estimate } from '../../../base/math/statistics';
import { listJobs, type JobSummary } from '../../../runs/list';
import { compareResults, readResults, type PairedComparison, type StoredResults } from '../../evaluate';
import { rootOf } from '../context';

export function addCompare(program: Command): void {
  program.command('compare')
    .description('compare two evaluations question by question: paired difference, bootstrap interval, exact McNemar test')
    .argument('<first>', 'id of an evaluation or a unique part of it')
    .argument('<second>', 'the one it is compared with')
    .option('--json', 'print as JSON')
    .action(async (...args: [first: string, second: string, options: { json?: boolean }, command: Command]) => {
      const [first, second, options, command] = args;
      const evaluations = (await listJobs(rootOf(command))).filter((job) => job.kind === 'evaluate');
      const [a, b] = [await open(evaluations, first), await open(evaluations, second)];
      const comparisons = compareResults(a.results, b.results);
      if (options.json) console.log(JSON.stringify({ first: a.job.id, second: b.job.id, comparisons }, undefined, 2));
      else console.log(describe(a.job, b.job, comparisons));
    });
}

async function open(evaluations: readonly JobSummary[], id: string): Promise<{ job: JobSummary; results: StoredResults }> {
  const matching = evaluations.filter((job) => job.id === id || job.id.includes(id));
  const job = matching[0];
  const results = matching.length === 1 && job ? await readResults(job.folder) : undefined;
  if (job && results) return { job, results };
  throw userError({
    code: 'evaluation-not-found', value: id,
    message: matching.length > 1 ? `${matching.length} evaluations match` : job ? 'this evaluation has no results yet' : 'no evaluation of this name',
    next: matching.length > 1 ? 'Write more of the id.' : '`preclinical runs` lists them.',
  });
}

function describe(first: JobSummary, second: JobSummary, comparisons: readonly PairedComparison[]): string {
  const names = alignColumns([['first', first.name, first.id], ['second', second.name, second.id]]);
  if (comparisons.length === 0) return `${names}\n\nThey share no question, so nothing can be compared.`;
  const rows = comparisons.map((one) => [
    one.task, one.metric, String(one.difference.n), one.first.value.toFixed(3), one.second.value.toFixed(3), withError(one.difference),
    `${signed(one.interval[0])} … ${signed(one.interval[1])}`, `${one.onlyFirst} / ${one.onlySecond}`, pValue(one.p), pValue(one.adjustedP),
  ]);
  const header = ['task', 'metric', 'questions', 'first', 'second', 'second − first', '95 % (bootstrap)', 'only first / second right', 'p (McNemar)', 'p (Holm)'];
  return [
    names, '', alignColumns([header, ...rows], [2, 3, 4, 5, 6, 7, 8, 9]), '',
    'Over the questions both were asked. Holm corrects over the tasks of one metric.',
    'One training run stands on each side: this compares two checkpoints, not two methods.',
  ].join('\n');
}

function withError({ value, standardError }: Estimate): string {
  return `${signed(value)} ± ${standardError?.toFixed(3) ?? 'N/A'}`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

function pValue(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
