// The words for evaluations: scores with their errors, in rows and as a table. Pure; the translating function comes in.
import { alignColumns } from '../../base/text/columns';
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

export interface ResultFacts {
  readonly name: string;
  readonly id: string;
  /** Stored path of the checkpoint, and the run that wrote it. */
  readonly checkpoint: string;
  readonly run?: string;
  /** First questions of each task only. */
  readonly limit?: number;
  /** How a file's path is shown. */
  shown(file: string): string;
}

/** Plain text with every task and metric, and where each question's answer is. */
export function resultsTable(facts: ResultFacts, scores: ScoreSummary, t: Translate): string {
  const metrics = [...new Set(scores.tasks.flatMap((task) => Object.keys(task.metrics)))];
  const rows = scores.tasks.map((task) => [
    task.task, String(task.items), String(task.fewshotCount), ...metrics.map((name) => { const one = task.metrics[name]; return one ? formatScore(one) : ''; }),
  ]);
  return [
    facts.name, '',
    alignColumns([
      [t('evaluation'), facts.id], [t('checkpoint'), facts.checkpoint],
      ...(facts.run === undefined ? [] : [[t('run'), facts.run]]),
      ...(facts.limit === undefined ? [] : [[t('questions'), t('the first {0} of each task', facts.limit)]]),
    ]),
    '', alignColumns([[t('task'), t('questions'), t('shots'), ...metrics], ...rows], [1, 2, ...metrics.map((_, index) => index + 3)]),
    '', t('± is one standard error over the questions. Two evaluations are compared question by question with Compare Evaluations.'),
    '', t('Results: {0}', facts.shown(scores.file)), ...scores.tasks.map((task) => t('Answers to {0}: {1}', task.task, facts.shown(task.samplesFile))),
  ].join('\n');
}
