// Plain sentences under the numbers: how far they carry, what is missing, and what did not help.
import type { Estimate } from '../../../../base/math/statistics';
import type { Study } from '../../../../documents/study/schema';
import type { StoredTask } from '../../../../runs/scored/read';
import { pointsWithError, percent } from '../format';
import type { StudyReport } from '../model';
import { changeFrom, isBeyondTwoStandardErrors, pairedTo } from './differences';
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
    ...blindNotes(report, scores),
    ...promptingNotes(report),
  ];
}

function reachNotes(report: Collected, runs: readonly TrainingRun[]): string[] {
  if (runs.length === 0) return [];
  const seeds = [...new Set(runs.map(({ job }) => job.file.resolved.run.seed))].sort((a, b) => a - b);
  const severalSeeds = report.grid.cells.some(({ steps }) => steps.length > 1);
  return [
    severalSeeds
      ? `Cells with several seeds are methods: their intervals cover which questions were asked and which seeds were trained (seeds ${seeds.join(', ')}). Every other trained model is a single run.`
      : `Each trained model is a single run (seed${seeds.length > 1 ? 's' : ''} ${seeds.join(', ')}): one seed is a single run. The intervals cover which questions were asked, not how a second training run would have come out.`,
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
  const changes = grid.cells.flatMap((cell) => {
    const change = cell.scores[primaryMetric.task]?.[primaryMetric.metric]?.toParent;
    return change && cell.parent !== undefined ? [{ said: `${cell.steps.join(', ')} from ${cell.parent} ${pointsWithError(change)}`, estimate: change.estimate }] : [];
  });
  const unclear = changes.filter(({ estimate }) => !isBeyondTwoStandardErrors(estimate));
  const worse = changes.filter(({ estimate }) => isBeyondTwoStandardErrors(estimate) && estimate.value < 0);
  return [
    ...listed('Did not measurably change the primary metric (points, within two standard errors)', unclear.map(({ said }) => said)),
    ...listed('Worse on the primary metric than the model it started from (points)', worse.map(({ said }) => said)),
  ];
}

/** Runs with noise against the runs that differ from them by the noise alone. */
function neftuneNotes(study: Study, scores: Scores, runs: readonly TrainingRun[]): string[] {
  const { task, metric } = study.primaryMetric;
  const found = runs.filter(({ job }) => job.file.resolved.run.neftune).flatMap(({ job }) => {
    const { resolved } = job.file;
    const plain = runs.find(({ job: other }) => !other.file.resolved.run.neftune && parentOf(study, other.name) === parentOf(study, job.name)
      && other.file.resolved.mixHash === resolved.mixHash && other.file.resolved.run.stage === resolved.run.stage);
    const noisy = scores.get(job.name)?.get(task);
    const change = plain && noisy && pairedTo(noisy, scores.get(plain.job.name)?.get(task), metric);
    return change ? [{ said: `${job.name} against ${plain.job.name} ${pointsWithError(change)}`, estimate: change.estimate }] : [];
  });
  const clear = found.filter(({ estimate }) => isBeyondTwoStandardErrors(estimate));
  const saying = (list: typeof found): string[] => list.map(({ said }) => said);
  return [
    ...listed('NEFTune made no measurable difference on the primary metric (points)', saying(found.filter((one) => !clear.includes(one)))),
    ...listed('NEFTune helped on the primary metric (points)', saying(clear.filter(({ estimate }) => estimate.value > 0))),
    ...listed('NEFTune did harm on the primary metric (points)', saying(clear.filter(({ estimate }) => estimate.value < 0))),
  ];
}

function listed(what: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`${what}: ${items.join('; ')}.`];
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

/** What the options alone give away, and what the question adds to that for the model that is best on the primary metric. */
function blindNotes({ grid, tasks, primaryMetric }: Collected, scores: Scores): string[] {
  const { task, metric } = primaryMetric;
  const valueOf = (cell: (typeof grid.cells)[number]): number => cell.scores[task]?.[metric]?.estimate.value ?? -1;
  const best = [...grid.cells].sort((a, b) => valueOf(b) - valueOf(a))[0];
  const tasksOf = (name: string): (StoredTask | undefined)[] => best?.steps.map((step) => scores.get(step)?.get(name)) ?? [];
  return tasks.filter((one) => one.questionBlind && one.chance !== undefined).flatMap((blind) => {
    const found = grid.cells.flatMap((cell) => blind.metrics.flatMap((name) => {
      const estimate = cell.scores[blind.task]?.[name]?.estimate;
      return estimate && isClearlyAbove(estimate, blind.chance!) ? [{ step: cell.steps.join(', '), name, value: estimate.value }] : [];
    }));
    const highest = found.sort((a, b) => b.value - a.value)[0];
    const gain = best && changeFrom(tasksOf(task), tasksOf(blind.task), metric);
    return [
      highest === undefined
        ? `Without the question (${blind.task}) no model is clearly above guessing.`
        : `Without the question, ${highest.step} still scores ${percent(highest.value)} % on ${blind.task} (${highest.name}; guessing ${percent(blind.chance!)} %): that much is owed to the options alone.`,
      ...(gain ? [`Knowing the question adds ${pointsWithError(gain)} points to ${best.steps.join(', ')}, the best on the primary metric, over ${blind.task}.`] : []),
    ];
  });
}

/** Three standard errors, since the best of many models is looked at. */
function isClearlyAbove({ value, standardError }: Estimate, chance: number): boolean {
  return value - chance > 3 * (standardError ?? 0);
}

function promptingNotes({ prompting }: Collected): string[] {
  return prompting.flatMap(({ step, strategies }) => {
    const [first, ...others] = strategies;
    if (!first) return [];
    const unhelpful = others.filter((one) => one.toFirst && !(one.toFirst.estimate.value > 0 && isBeyondTwoStandardErrors(one.toFirst.estimate)));
    const silent = strategies.filter((one) => one.failureRate > 0.1);
    return [
      ...listed(`${step}: no measurable help over ${first.name} (points)`, unhelpful.map((one) => `${one.name} ${pointsWithError(one.toFirst!)}`)),
      ...listed(`${step}: answers that name no option, which count as wrong`, silent.map((one) => `${one.name} ${percent(one.failureRate)} %`)),
    ];
  });
}
