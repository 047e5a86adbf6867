// Scores of a group from those of its tasks, as lm-evaluation-harness aggregates them (lm_eval/api/metrics.py,
// aggregate_subtask_metrics, pooled_sample_stderr and unweighted_mean_stderr).
import type { Estimate } from '../../base/math/statistics';
import type { TaskGroup } from './task/group';
import type { MetricName } from './task/schema';

/** By metric; a metric that a task does not have is averaged over those that do. */
export function groupScores(group: TaskGroup, metricsOf: (task: string) => Readonly<Partial<Record<MetricName, Estimate>>> | undefined): Partial<Record<MetricName, Estimate>> {
  return Object.fromEntries(group.aggregates.flatMap(({ metric, weightBySize }) => {
    const parts = group.tasks.flatMap((task) => metricsOf(task)?.[metric] ?? []);
    return parts.length === 0 ? [] : [[metric, weightBySize ? weighted(parts) : unweighted(parts)]];
  }));
}

function weighted(parts: readonly Estimate[]): Estimate {
  const n = sum(parts.map((part) => part.n));
  const pooled = sum(parts.map((part) => (part.n - 1) * (part.standardError ?? NaN) ** 2 * part.n)) / (n - parts.length);
  return { value: sum(parts.map((part) => part.value * part.n)) / n, standardError: finite(Math.sqrt(pooled / n)), n };
}

function unweighted(parts: readonly Estimate[]): Estimate {
  const standardError = Math.sqrt(sum(parts.map((part) => (part.standardError ?? NaN) ** 2))) / parts.length;
  return { value: sum(parts.map((part) => part.value)) / parts.length, standardError: finite(standardError), n: sum(parts.map((part) => part.n)) };
}

/** Unknown where the standard error of a task is. */
function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
