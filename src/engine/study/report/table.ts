// The report as plain text for a terminal: the primary table, the contrasts, then the rest, then the notes.
import { alignColumns } from '../../../base/text/columns';
import type { MetricName } from '../../evaluate';
import { intervalText, number, percent, points, pointsWithError, pValue, scoreWithSeeds, seedsWords, withError } from './format';
import type { CellScore, HeldOutValue, StudyReport, TestedDifference } from './model';
import { reportTables, type ReportTable } from './order';

export function printReportTable(report: StudyReport): string {
  const { task, metric } = report.primaryMetric;
  const tables = reportTables(report);
  const isPrimary = (one: ReportTable): boolean => one.task.task === task && one.metric === metric;
  const sections = [
    [report.title, report.description ?? ''].filter(Boolean).join('\n'),
    scoreTable(report, task, metric, ['primary metric', alikeText(tables.find(isPrimary))]),
    changeTables(report, task, metric),
    contrasts(report),
    ...tables.filter((one) => !isPrimary(one)).map((one) => scoreTable(report, one.task.task, one.metric, [alikeText(one)])),
    heldOutTable(report, 'Held-out loss before → after, nats per token', ({ loss }) => number(loss)),
    heldOutTable(report, 'Held-out bits per byte before → after, comparable between tokenizers', ({ bitsPerByte }) => number(bitsPerByte)),
    ...report.prompting.map(promptingTable),
    report.notes.length === 0 ? '' : ['Notes', ...report.notes.map((note) => `- ${note}`)].join('\n'),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function alikeText(table: ReportTable | undefined): string | undefined {
  return table?.alike === undefined ? undefined : `${table.alike} is the same`;
}

/** Rows and columns of the grid with one text a cell. */
function gridText(report: StudyReport, task: string, metric: MetricName, show: (score: CellScore) => string): string {
  const { rows, columns, cells } = report.grid;
  const lines = rows.map((row) => [row.title, ...columns.map((column) => {
    const score = cells.find((cell) => cell.row === row.name && cell.column === column.name)?.scores[task]?.[metric];
    return score ? show(score) : '-';
  })]);
  return alignColumns([['', ...columns.map((column) => column.title)], ...lines], columns.map((_, index) => index + 1));
}

function scoreTable(report: StudyReport, task: string, metric: MetricName, roles: readonly (string | undefined)[]): string {
  const about = report.tasks.find((one) => one.task === task);
  const facts = [
    ...roles,
    about && `${about.questions} questions`,
    about?.chance === undefined ? undefined : `guessing ${percent(about.chance)}`,
    about?.questionBlind === true ? 'question-blind' : undefined,
    about !== undefined && about.shots > 0 ? `${about.shots} shots` : undefined,
  ].filter((fact) => fact !== undefined);
  return `${task} ${metric}, % ± standard error (${facts.join(', ')})\n${gridText(report, task, metric, scoreWithSeeds)}`;
}

function changeTables(report: StudyReport, task: string, metric: MetricName): string {
  const change = (key: 'toParent' | 'toBase', title: string): string => {
    const any = report.grid.cells.some((cell) => cell.scores[task]?.[metric]?.[key] !== undefined);
    return any ? `${title}, points ± paired standard error\n${gridText(report, task, metric, (score) => (score[key] ? pointsWithError(score[key]) : '-'))}` : '';
  };
  return [change('toParent', 'Change from the model it started from'), change('toBase', `Change from ${report.grid.base ?? 'base'}`)].filter(Boolean).join('\n\n');
}

function contrasts(report: StudyReport): string {
  const line = (result: TestedDifference): string =>
    `${pointsWithError(result)} points, 95 % ${intervalText(result.interval, points)}${result.beyondTwoStandardErrors ? ', beyond two standard errors' : ', within two standard errors'}`;
  const { interaction } = report;
  return [
    ...(interaction?.result
      ? [`Interaction (${interaction.treated} − ${interaction.treatedParent}) − (${interaction.control} − ${interaction.controlParent}): ${line(interaction.result)}`]
      : []),
    ...report.comparisons.flatMap(({ better, than, because, result }) => (result
      ? [`${better} − ${than}: ${line(result)}, p ${pValue(result.adjustedP)}, ${seedsWords(result.seeds)} (${because})`]
      : [`${better} − ${than}: not evaluated (${because})`])),
  ].join('\n');
}

function heldOutTable({ heldOut }: StudyReport, title: string, show: (value: HeldOutValue) => string): string {
  if (heldOut.sets.length === 0) return '';
  const header = ['', ...heldOut.sets.map(({ name, domain, isWholeDomain }) => (isWholeDomain ? `${domain} (all its sets)` : domain === undefined || domain === name ? name : `${name} (${domain})`))];
  const rows = heldOut.runs.map(({ step, values }) => [step, ...heldOut.sets.map(({ name }) => {
    const value = values[name];
    return [value?.before && show(value.before), value?.after && show(value.after)].filter((text) => text !== undefined).join(' → ');
  })]);
  return `${title}\n${alignColumns([header, ...rows], heldOut.sets.map((_, index) => index + 1))}`;
}

function promptingTable({ step, of, questions, strategies }: StudyReport['prompting'][number]): string {
  const rows = strategies.map((one) => [
    one.name, withError(one.accuracy), one.toFirst ? pointsWithError(one.toFirst) : '-',
    one.accuracyAnswered === undefined ? '-' : percent(one.accuracyAnswered), percent(one.failureRate),
  ]);
  return `Prompting ${of} (${step}, ${questions} questions), %\n${alignColumns([['', 'accuracy', 'change', 'of the answered', 'no answer'], ...rows], [1, 2, 3, 4])}`;
}
