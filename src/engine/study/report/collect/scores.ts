// Scores of every training step on every task, and what is said of the tasks.
import { mean } from '../../../../base/math/statistics';
import type { Study } from '../../../../documents/study/schema';
import { readResults, type StoredTask } from '../../../../runs/scored/read';
import { metricNames } from '../../../evaluate';
import type { TaskReport } from '../model';
import type { StepJob } from './steps';

/** By training step, then task. */
export type Scores = ReadonlyMap<string, ReadonlyMap<string, StoredTask>>;

/** Evaluations are found by the step they are of; of two that hold the same task the later one in the file counts. */
export async function collectScores(study: Study, jobs: ReadonlyMap<string, StepJob>): Promise<Scores> {
  const scores = new Map<string, Map<string, StoredTask>>();
  for (const [name, step] of Object.entries(study.steps)) {
    const job = jobs.get(name);
    if (!('evaluate' in step) || !job) continue;
    const results = await readResults(job.folder);
    const ofStep = scores.get(step.of) ?? new Map<string, StoredTask>();
    for (const [task, stored] of results?.tasks ?? []) ofStep.set(task, stored);
    scores.set(step.of, ofStep);
  }
  return scores;
}

/** The primary task first, question-blind tasks last. */
export function describeTasks(scores: Scores, primaryTask: string): TaskReport[] {
  const found = new Map<string, StoredTask>();
  for (const tasks of scores.values()) for (const [name, task] of tasks) if (!found.has(name)) found.set(name, task);
  const reports = [...found.values()].map((task): TaskReport => {
    const choices = task.items.map((item) => item.choiceCount).filter((count) => count > 0);
    return {
      task: task.task,
      questions: task.items.length,
      ...(choices.length === 0 ? {} : { chance: mean(choices.map((count) => 1 / count)) }),
      shots: task.fewshotCount,
      setAside: task.setAsideCount,
      questionBlind: task.questionBlind,
      metrics: metricNames.filter((metric) => task.metrics[metric] !== undefined),
    };
  });
  const rank = (task: TaskReport): number => (task.task === primaryTask ? 0 : task.questionBlind ? 2 : 1);
  return reports.sort((a, b) => rank(a) - rank(b));
}
