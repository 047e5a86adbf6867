// The order in which the tables of a report come.
import type { MetricName } from '../../evaluate';
import type { StudyReport, TaskReport } from './model';

export interface ReportTable {
  readonly task: TaskReport;
  readonly metric: MetricName;
  /** Another metric that has the same scores in every cell, as acc_norm has with choices of one letter. */
  readonly alike?: MetricName;
}

/** A table for every task and metric, the primary metric first; metrics that are alike share one. */
export function reportTables(report: StudyReport): ReportTable[] {
  const { task: primaryTask, metric: primaryMetric } = report.primaryMetric;
  const all = report.tasks.flatMap((task): ReportTable[] => {
    const [first, second] = task.metrics;
    if (first === undefined || second === undefined || !areAlike(report, task.task, first, second)) return task.metrics.map((metric) => ({ task, metric }));
    return task.task === primaryTask && second === primaryMetric ? [{ task, metric: second, alike: first }] : [{ task, metric: first, alike: second }];
  });
  const isPrimary = ({ task, metric }: ReportTable): boolean => task.task === primaryTask && metric === primaryMetric;
  return [...all.filter(isPrimary), ...all.filter((one) => !isPrimary(one))];
}

function areAlike({ grid }: StudyReport, task: string, a: MetricName, b: MetricName): boolean {
  return grid.cells.every(({ scores }) => JSON.stringify(scores[task]?.[a]) === JSON.stringify(scores[task]?.[b]));
}
