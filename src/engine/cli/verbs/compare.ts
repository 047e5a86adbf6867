// preclinical compare A B: two evaluations over the questions both were asked.
import type { Command } from 'commander';
import { userError } from '../../../base/errors/problem';
import { alignColumns } from '../../../base/text/columns';
import type { Estimate } from '../../../base/math/statistics';
import { listJobs, type JobSummary } from '../../../runs/list';
import { formatTable, tableFormats, type TableFormat, type TextTable } from '../../../base/text/tables';
import { compareResults, type PairedComparison } from '../../../runs/scored/compare';
import { differItems, type ItemDifference } from '../../../runs/scored/differ';
import { readResults, type StoredResults } from '../../../runs/scored/read';
import { rootOf, tableFormat } from '../context';

interface CompareOptions { items?: boolean; format?: TableFormat; json?: boolean }

export function addCompare(program: Command): void {
  program.command('compare')
    .description('compare two evaluations question by question: paired difference, bootstrap interval, exact McNemar test')
    .argument('<first>', 'id of an evaluation or a unique part of it')
    .argument('<second>', 'the one it is compared with')
    .option('--items', 'list the questions that were fixed, broken, or are wrong in both')
    .option('--format <format>', `a table for other programs: ${tableFormats.join(', ')}`, tableFormat)
    .option('--json', 'print as JSON')
    .action(async (...args: [first: string, second: string, options: CompareOptions, command: Command]) => {
      const [first, second, options, command] = args;
      const evaluations = (await listJobs(rootOf(command))).filter((job) => job.kind === 'evaluate');
      const [a, b] = [await open(evaluations, first), await open(evaluations, second)];
      const comparisons = compareResults(a.results, b.results);
      const items = options.items ? itemRows(a.results, b.results, comparisons) : [];
      if (options.json) console.log(JSON.stringify({ first: a.job.id, second: b.job.id, comparisons, ...(options.items ? { items } : {}) }, undefined, 2));
      else if (options.format) console.log(formatTable(options.items ? itemTable(items) : options.format === 'csv' ? numberTable(comparisons) : comparisonTable(a.job, b.job, comparisons), options.format));
      else console.log([describe(a.job, b.job, comparisons), ...(options.items ? ['', itemText(items)] : [])].join('\n'));
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
  const { header, rows } = comparisonTable(first, second, comparisons);
  return [
    names, '', alignColumns([header, ...rows], [2, 3, 4, 5, 6, 7, 8, 9]), '',
    'Over the questions both were asked. Holm corrects over the tasks of one metric.',
    'A single run on each side: this compares two checkpoints, not two methods.',
  ].join('\n');
}

function comparisonTable(first: JobSummary, second: JobSummary, comparisons: readonly PairedComparison[]): TextTable {
  return {
    title: `${second.name} − ${first.name}, a single run each`,
    header: ['task', 'metric', 'questions', 'first', 'second', 'second − first', '95 % (bootstrap)', 'only first / second right', 'p (McNemar)', 'p (Holm)'],
    rows: comparisons.map((one) => [
      one.task, one.metric, String(one.difference.n), one.first.value.toFixed(3), one.second.value.toFixed(3), withError(one.difference),
      `${signed(one.interval[0])} … ${signed(one.interval[1])}`, `${one.onlyFirst} / ${one.onlySecond}`, pValue(one.p), pValue(one.adjustedP),
    ]),
  };
}

/** The same as bare numbers, which other programs read. */
function numberTable(comparisons: readonly PairedComparison[]): TextTable {
  return {
    title: '', header: ['task', 'metric', 'questions', 'first', 'second', 'difference', 'standard_error', 'low_95', 'high_95', 'only_first_right', 'only_second_right', 'p_mcnemar', 'p_holm'],
    rows: comparisons.map((one) => [
      one.task, one.metric,
      ...[one.difference.n, one.first.value, one.second.value, one.difference.value, one.difference.standardError, ...one.interval, one.onlyFirst, one.onlySecond, one.p, one.adjustedP].map((value) => String(value ?? '')),
    ]),
  };
}

interface ItemRow extends ItemDifference { readonly task: string; readonly metric: string }

/** Questions that at least one of the two got wrong. */
function itemRows(first: StoredResults, second: StoredResults, comparisons: readonly PairedComparison[]): ItemRow[] {
  return comparisons.flatMap(({ task, metric }) => differItems(first.tasks.get(task)!, second.tasks.get(task)!, metric)
    .filter(({ outcome }) => outcome !== 'both right').map((item) => ({ task, metric, ...item })));
}

function itemTable(items: readonly ItemRow[]): TextTable {
  return {
    title: 'Questions that at least one evaluation got wrong', header: ['task', 'metric', 'outcome', 'doc_id of first', 'doc_id of second', 'doc_hash'],
    rows: items.map(({ task, metric, outcome, firstId, secondId, docHash }) => [task, metric, outcome, String(firstId ?? ''), String(secondId ?? ''), docHash]),
  };
}

function itemText(items: readonly ItemRow[]): string {
  const groups = new Map<string, (number | string)[]>();
  for (const { task, metric, outcome, secondId, docHash } of items) {
    const key = `${task} ${metric}, ${outcome}`;
    groups.set(key, [...groups.get(key) ?? [], secondId ?? docHash.slice(0, 8)]);
  }
  return ['Questions by their doc_id in the samples of the second:', ...[...groups].map(([key, ids]) => `${key} (${ids.length}): ${ids.join(' ')}`)].join('\n');
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
