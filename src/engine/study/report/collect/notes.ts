// Plain sentences under the numbers: how far they carry, what is missing, and what did not help.
import type { Estimate } from '../../../../base/math/statistics';
import type { Study } from '../../../../documents/study/schema';
import { points, pointsWithError, percent } from '../format';
import type { StudyReport } from '../model';
import { isBeyondTwoStandardErrors, pairedTo } from './differences';
import { parentOf } from './grid';
import type { TrainingRun } from './metrics';
import type { Scores } from './scores';

type Collected = Omit<StudyReport, 'notes'>;

export function writeNotes(study: Study, report: Collected, scores: Scores, runs: readonly TrainingRun[]): string[] {
  return [
    ...reachNotes(report, runs),
    ...missingNotes(report),
    ...interactionNotes(report),
    ...parentNotes(report),
    ...neftuneNotes(study, scores, runs),
    ...chanceNotes(report),
    ...blindNotes(report),
    ...promptingNotes(report),
  ];
}

function reachNotes(report: Collected, runs: readonly TrainingRun[]): string[] {
  if (runs.length === 0) return [];
  const seeds = [...new Set(runs.map(({ job }) => job.file.resolved.run.seed))].sort((a, b) => a - b);
  return [
    `Each trained model is a single run (seed${seeds.length > 1 ? 's' : ''} ${seeds.join(', ')}): one seed is a single run. The intervals cover which questions were asked, not how a second training run would have come out.`,
    `The primary metric, ${report.primaryMetric.metric} on ${report.primaryMetric.task}, was named in the study file before the study ran.`,
  ];
}

function missingNotes(report: Collected): string[] {
  const unfinished = report.steps.filter((step) => step.state !== 'done');
  const lost = report.tasks.filter((task) => task.setAside > 0);
  return [
    ...unfinished.map((step) => `Step ${step.name} is not done (${step.state}${step.reason === undefined ? '' : `: ${step.reason}`}).`),
    ...lost.map((task) => `${task.task}: records of the question file that could not be used and are not scored: ${task.setAside}.`),
  ];
}

function interactionNotes({ interaction }: Collected): string[] {
  if (!interaction) return [];
  if (!interaction.result) return ['The interaction cannot be computed yet: one of its four models has no score on the primary metric.'];
  const { estimate } = interaction.result;
  if (isBeyondTwoStandardErrors(estimate) && estimate.value > 0) return [];
  return [`The interaction is ${estimate.value > 0 ? 'not beyond two standard errors' : 'not positive'} (${pointsWithError(interaction.result)} points): this study does not show that ${interaction.treatedParent} prepares for tuning better than ${interaction.controlParent}.`];
}

/** Steps that did not move the primary metric upwards from the model they started from. */
function parentNotes({ grid, primaryMetric }: Collected): string[] {
  return grid.cells.flatMap((cell) => {
    const change = cell.scores[primaryMetric.task]?.[primaryMetric.metric]?.toParent;
    if (!change || cell.parent === undefined) return [];
    const clear = isBeyondTwoStandardErrors(change.estimate);
    if (clear && change.estimate.value > 0) return [];
    return [clear
      ? `${cell.step} is worse than ${cell.parent} on the primary metric (${pointsWithError(change)} points).`
      : `${cell.step} did not measurably change the primary metric from ${cell.parent} (${pointsWithError(change)} points, within two standard errors).`];
  });
}

/** A run with noise against the run that differs from it by the noise alone. */
function neftuneNotes(study: Study, scores: Scores, runs: readonly TrainingRun[]): string[] {
  const { task, metric } = study.primaryMetric;
  return runs.filter(({ job }) => job.file.resolved.run.neftune).flatMap(({ job }) => {
    const { resolved } = job.file;
    const plain = runs.find(({ job: other }) => !other.file.resolved.run.neftune && parentOf(study, other.name) === parentOf(study, job.name)
      && other.file.resolved.mixHash === resolved.mixHash && other.file.resolved.run.stage === resolved.run.stage);
    const noisy = scores.get(job.name)?.get(task);
    const change = plain && noisy && pairedTo(noisy, scores.get(plain.job.name)?.get(task), metric);
    if (!change) return [];
    const verdict = !isBeyondTwoStandardErrors(change.estimate) ? 'made no measurable difference' : change.estimate.value > 0 ? 'helped' : 'did harm';
    return [`NEFTune ${verdict} on the primary metric: ${job.name} against ${plain.job.name} ${pointsWithError(change)} points.`];
  });
}

/** Tasks on which no model is above guessing. */
function chanceNotes({ grid, tasks }: Collected): string[] {
  return tasks.filter((task) => !task.questionBlind && task.chance !== undefined).flatMap((task) => {
    const atChance = task.metrics.filter((metric) => {
      const found = grid.cells.flatMap((cell) => cell.scores[task.task]?.[metric] ?? []);
      return found.length > 0 && !found.some((score) => isClearlyAbove(score.estimate, task.chance!));
    });
    return atChance.length === 0 ? [] : [`${task.task} (${atChance.join(', ')}): no model is clearly above guessing (${percent(task.chance!)} %).`];
  });
}

function blindNotes({ grid, tasks }: Collected): string[] {
  return tasks.filter((task) => task.questionBlind && task.chance !== undefined).map((task) => {
    const found = grid.cells.flatMap((cell) => task.metrics.flatMap((metric) => {
      const estimate = cell.scores[task.task]?.[metric]?.estimate;
      return estimate && isClearlyAbove(estimate, task.chance!) ? [{ step: cell.step, metric, value: estimate.value }] : [];
    }));
    const best = found.sort((a, b) => b.value - a.value)[0];
    return best === undefined
      ? `Without the question (${task.task}) no model is clearly above guessing, so the scores are not owed to the options alone.`
      : `Without the question, ${best.step} still scores ${percent(best.value)} % on ${task.task} (${best.metric}; guessing ${percent(task.chance!)} %): that much is owed to the options alone.`;
  });
}

/** Three standard errors, since the best of many models is looked at. */
function isClearlyAbove({ value, standardError }: Estimate, chance: number): boolean {
  return value - chance > 3 * (standardError ?? 0);
}

function promptingNotes({ prompting }: Collected): string[] {
  return prompting.flatMap(({ step, strategies }) => {
    const first = strategies[0];
    if (!first) return [];
    const unhelpful = strategies.slice(1).filter((one) => one.toFirst && !(one.toFirst.estimate.value > 0 && isBeyondTwoStandardErrors(one.toFirst.estimate)));
    const silent = strategies.filter((one) => one.failureRate > 0.1);
    return [
      ...unhelpful.map((one) => `${step}: ${one.name} did not help over ${first.name} (${points(one.toFirst!.estimate.value)} points).`),
      ...silent.map((one) => `${step}: with ${one.name}, ${percent(one.failureRate)} % of the answers name no option; they count as wrong.`),
    ];
  });
}
