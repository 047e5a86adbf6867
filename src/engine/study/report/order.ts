// The order in which the tables of a report come.
import type { MetricName } from '../../evaluate';
import type { StudyReport, TaskReport } from './model';

/** Every task with every metric it has; the primary metric first. */
export function primaryFirst({ tasks, primaryMetric }: StudyReport): { readonly task: TaskReport; readonly metric: MetricName }[] {
  const all = tasks.flatMap((task) => task.metrics.map((metric) => ({ task, metric })));
  const isPrimary = ({ task, metric }: (typeof all)[number]): boolean => task.task === primaryMetric.task && metric === primaryMetric.metric;
  return [...all.filter(isPrimary), ...all.filter((one) => !isPrimary(one))];
}
