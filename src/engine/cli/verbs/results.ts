// preclinical results ID: one evaluation in full: scores, calibration, what the order of options decides, subgroups.
import type { Command } from 'commander';
import { userError } from '../../../base/errors/problem';
import { alignColumns } from '../../../base/text/columns';
import { formatTable, tableFormats, type TableFormat, type TextTable } from '../../../base/text/tables';
import { taskCalibration } from '../../../runs/scored/calibration';
import { optionOrders } from '../../../runs/scored/orders';
import type { StoredTask } from '../../../runs/scored/read';
import { subgroupFields, subgroupsOf } from '../../../runs/scored/subgroups';
import { listEvaluations, openEvaluation, type OpenedEvaluation } from '../compare/open';
import { withError } from '../compare/words';
import { rootOf, tableFormat } from '../context';

interface ResultsOptions { by?: string; format?: TableFormat; json?: boolean }

export function addResults(program: Command): void {
  program.command('results')
    .description('show one evaluation: scores, calibration, sensitivity to the order of options, subgroups of questions')
    .argument('<evaluation>', 'id of an evaluation or a unique part of it')
    .option('--by <field>', 'accuracy by a field of the records, such as subject_name')
    .option('--format <format>', `a table for other programs: ${tableFormats.join(', ')}`, tableFormat)
    .option('--json', 'print as JSON')
    .action(async (id: string, { by, format, json }: ResultsOptions, command: Command) => {
      const opened = await openEvaluation(await listEvaluations(rootOf(command)), id);
      const tables = by === undefined ? evaluationTables(opened) : [await subgroupTable(opened, by)];
      if (json) console.log(JSON.stringify(tables.map(({ title, header, rows }) => ({ title, rows: rows.map((row) => Object.fromEntries(header.map((name, place) => [name, row[place]]))) })), undefined, 2));
      else if (format) console.log(tables.map((table) => formatTable(table, format)).join('\n\n'));
      else console.log(tables.map(({ title, header, rows }) => `${title}\n${alignColumns([header, ...rows], header.map((_, place) => place).slice(1))}`).join('\n\n'));
    });
}

function evaluationTables({ job, results }: OpenedEvaluation): TextTable[] {
  const tasks = [...results.tasks.values()].filter(({ rotation }) => !rotation);
  const calibrated = tasks.flatMap((task) => {
    const calibration = taskCalibration(task);
    return calibration ? [[task.task, String(calibration.n), ...[calibration.expectedError, calibration.confidence, calibration.accuracy].map((value) => value.toFixed(3))]] : [];
  });
  const orders = optionOrders(results).map((one) => [
    one.task, String(one.items), one.consistency.toFixed(3), one.rightInAll.toFixed(3), one.meanAccuracy.toFixed(3), one.orders.map(({ accuracy }) => accuracy.toFixed(3)).join(' '),
  ]);
  return [
    { title: `${job.name} (${job.id})`, header: ['task', 'metric', 'questions', 'score', 'of the answered', 'no answer'], rows: tasks.flatMap(scoreRows) },
    ...(calibrated.length === 0 ? [] : [{ title: 'Calibration: expected calibration error over 15 bins of the probability of the chosen option (Guo et al. 2017)', header: ['task', 'answers', 'error', 'confidence', 'accuracy'], rows: calibrated }]),
    ...(orders.length === 0 ? [] : [{ title: 'Order of options: the same option chosen in every order, right in every order', header: ['task', 'questions', 'consistency', 'right in all', 'mean accuracy', 'accuracy by rotation'], rows: orders }]),
  ];
}

/** What has no answer is wrong in the score; beside it the accuracy of the answered. */
function scoreRows({ task, metrics, items }: StoredTask): string[][] {
  return Object.entries(metrics).map(([metric, estimate]) => {
    const unanswered = items.filter((item) => item.unanswered?.includes(metric)).length;
    const right = items.reduce((sum, { scores }) => sum + (scores[metric] ?? 0), 0);
    return [task, metric, String(estimate.n), withError(estimate), unanswered === 0 || unanswered === items.length ? '' : (right / (items.length - unanswered)).toFixed(3), unanswered === 0 ? '' : (unanswered / items.length).toFixed(3)];
  });
}

async function subgroupTable({ results }: OpenedEvaluation, field: string): Promise<TextTable> {
  const rows: string[][] = [];
  const fields = new Set<string>();
  for (const { task, metrics, rotation } of results.tasks.values()) {
    if (rotation) continue;
    for (const one of await subgroupFields(results.file, task)) fields.add(one);
    const [metric] = Object.keys(metrics);
    if (metric === undefined || !fields.has(field)) continue;
    for (const { value, estimate, interval } of await subgroupsOf(results.file, task, field, metric)) rows.push([task, metric, value, String(estimate.n), withError(estimate), `${interval[0].toFixed(3)} … ${interval[1].toFixed(3)}`]);
  }
  if (rows.length > 0) return { title: `Accuracy by ${field}`, header: ['task', 'metric', field, 'questions', 'score', '95 % (Wilson)'], rows };
  throw userError({ code: 'results-no-field', key: '--by', value: field, message: 'no task has records with this field that would group questions', next: fields.size > 0 ? `Name one of: ${[...fields].join(', ')}.` : 'The records have no such field.' });
}
