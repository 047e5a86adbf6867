// Differences between training steps over the same items.
import { estimateMean, interaction, normalInterval, pairedDifference, wilsonInterval, itemDifferences, type Estimate } from '../../../../base/math/statistics';
import { bootstrapInterval } from '../../../../base/math/statistics-bootstrap';
import { compareSeeds } from '../../../../base/math/statistics-seeds';
import { holm, mcnemarExact } from '../../../../base/math/statistics-tests';
import type { Study } from '../../../../documents/study/schema';
import { alignScores } from '../../../../runs/scored/align';
import { estimateOverSeeds } from '../../../../runs/scored/methods';
import type { StoredTask } from '../../../../runs/scored/read';
import type { CellScore, ComparisonReport, Difference, InteractionReport, TestedDifference } from '../model';
import type { Scores } from './scores';

/** Bootstrap intervals of a report never depend on when it is made. */
const bootstrapSeed = 1;

export function withInterval(estimate: Estimate): Difference {
  const interval = normalInterval(estimate);
  return { estimate, ...(interval ? { interval } : {}) };
}

/** Accuracy with its Wilson interval, which keeps a width at 0 and 100 %. */
export function accuracy(estimate: Estimate): Difference {
  return { estimate, interval: wilsonInterval(estimate.value * estimate.n, estimate.n) };
}

export function pairedTo(task: StoredTask, other: StoredTask | undefined, metric: string): Difference | undefined {
  if (!other) return undefined;
  const [a, b] = alignScores([task, other], metric);
  return a && b && a.length > 0 ? withInterval(pairedDifference(a, b)) : undefined;
}

/** Of one run over the questions, of several over seeds and questions; undefined before all of them are evaluated. */
export function accuracyOf(tasks: readonly (StoredTask | undefined)[], metric: string): CellScore | undefined {
  if (!areAll(tasks) || tasks.some(({ metrics }) => metrics[metric] === undefined)) return undefined;
  const [first, second] = tasks;
  if (second === undefined) return first && accuracy(first.metrics[metric]!);
  const over = estimateOverSeeds(tasks, [], metric);
  return over && { estimate: over.estimate, interval: over.interval, seeds: { count: over.seeds, deviation: over.deviation ?? 0 } };
}

/** The paired difference of one run from another; with several on a side, over seeds and questions. */
export function changeFrom(tasks: readonly (StoredTask | undefined)[], others: readonly (StoredTask | undefined)[], metric: string): Difference | undefined {
  if (!areAll(tasks) || !areAll(others) || others.length === 0) return undefined;
  if (tasks.length === 1 && others.length === 1) return pairedTo(tasks[0]!, others[0], metric);
  const over = estimateOverSeeds(tasks, others, metric);
  return over && { estimate: over.estimate, interval: over.interval };
}

function areAll(tasks: readonly (StoredTask | undefined)[]): tasks is readonly StoredTask[] {
  return tasks.every((task) => task !== undefined);
}

export function compareNamed(study: Study, scores: Scores): ComparisonReport[] {
  const tested = study.comparison.map(({ better, than, because }) => {
    const [betterSteps, thanSteps] = [[better].flat(), [than].flat()];
    const report = { better: betterSteps.join(', '), than: thanSteps.join(', '), because };
    const aligned = primaryScores(study, scores, [...betterSteps, ...thanSteps]);
    if (!aligned) return { report };
    if (aligned.length > 2) return { report, ...overSeeds(aligned.slice(0, betterSteps.length), aligned.slice(betterSteps.length)) };
    const [a, b] = aligned as [number[], number[]];
    return { report, result: judged(pairedDifference(a, b), itemDifferences(a, b)), p: mcnemarExact(a, b).p };
  });
  const withResult = tested.filter((one) => one.result !== undefined);
  const adjusted = holm(withResult.map((one) => one.p));
  return tested.map((one): ComparisonReport => (one.result === undefined
    ? one.report
    : { ...one.report, result: { ...one.result, p: one.p, adjustedP: adjusted[withResult.indexOf(one)]! } }));
}

/** Seeds in the same order on both sides are pairs: they share what they start from. */
function overSeeds(better: readonly number[][], than: readonly number[][]): { result: TestedDifference & { seeds: readonly [number, number] }; p: number } {
  const { difference, standardError, interval, p, items } = compareSeeds(than, better, { seed: bootstrapSeed, isPaired: better.length === than.length });
  const estimate = { value: difference, standardError, n: items };
  return { p, result: { ...withInterval(estimate), bootstrap: interval, beyondTwoStandardErrors: isBeyondTwoStandardErrors(estimate), seeds: [better.length, than.length] } };
}

/** (treated − its parent) − (control − its parent) on the primary metric. */
export function interactionOf(study: Study, scores: Scores): InteractionReport | undefined {
  if (!study.interaction) return undefined;
  const { treated, treatedParent, control, controlParent } = study.interaction;
  const names = { treated, treatedParent, control, controlParent };
  const aligned = primaryScores(study, scores, [treated, treatedParent, control, controlParent]);
  if (!aligned) return names;
  const [a, b, c, d] = aligned as [number[], number[], number[], number[]];
  const contrast = itemDifferences(itemDifferences(a, b), itemDifferences(c, d));
  return { ...names, result: judged(interaction(a, b, c, d), contrast) };
}

/** Scores on the primary metric over the items that all of these steps share; undefined when there are none. */
function primaryScores(study: Study, scores: Scores, steps: readonly string[]): number[][] | undefined {
  const { task, metric } = study.primaryMetric;
  const tasks = steps.map((step) => scores.get(step)?.get(task));
  if (!tasks.every((one) => one !== undefined)) return undefined;
  const aligned = alignScores(tasks, metric);
  return aligned[0] !== undefined && aligned[0].length > 0 ? aligned : undefined;
}

function judged(estimate: Estimate, itemValues: ArrayLike<number>): TestedDifference {
  return {
    ...withInterval(estimate),
    bootstrap: bootstrapInterval(itemValues, { seed: bootstrapSeed }),
    beyondTwoStandardErrors: isBeyondTwoStandardErrors(estimate),
  };
}

export function isBeyondTwoStandardErrors({ value, standardError }: Estimate): boolean {
  return standardError !== undefined && Math.abs(value) > 2 * standardError;
}

/** Mean of credits between 0 and 1, such as the share of a question's samples that are right. */
export function meanCredit(credits: readonly number[]): Difference {
  return withInterval(estimateMean(credits));
}
