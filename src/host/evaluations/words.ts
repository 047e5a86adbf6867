// The words for evaluations in the view: scores with their errors. Pure; the translating function comes in.
import type { Estimate } from '../../base/math/statistics';
import type { ScoreSummary, TaskScores } from '../../runs/results';
import type { Translate } from '../runs/describe';

/** `0.450 ± 0.035`. */
export function formatScore({ value, standardError }: Estimate): string {
  return standardError === undefined ? value.toFixed(3) : `${value.toFixed(3)} ± ${standardError.toFixed(3)}`;
}

/** `acc 0.450 ± 0.035 · acc_norm 0.470 ± 0.035`. */
export function describeTask({ metrics }: TaskScores): string {
  return Object.entries(metrics).map(([name, estimate]) => `${name} ${formatScore(estimate)}`).join(' · ');
}

/** Beside an evaluation: the only task's scores, else those of the first and how many tasks there are. */
export function describeScores({ tasks }: ScoreSummary, t: Translate): string {
  const [first] = tasks;
  if (!first) return t('no task');
  return `${first.task} ${describeTask(first)}${tasks.length === 1 ? '' : ` · ${t('{0} tasks', tasks.length)}`}`;
}
