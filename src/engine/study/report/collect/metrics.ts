// Curves and held-out losses from the metrics of training jobs.
import type { JobEvent, MetricsEvent } from '../../../../protocol/events';
import type { TrainJobFile } from '../../../../protocol/job-file';
import type { MixManifest } from '../../../data/shard';
import type { CurveFigure, CurveSeries, HeldOutReport, HeldOutValue } from '../model';
import type { StepJob } from './steps';

/** Points a training curve is drawn with; more are averaged in equal stretches of steps. */
const curvePoints = 160;

export interface TrainingRun {
  readonly job: StepJob & { readonly file: TrainJobFile };
  readonly manifest: MixManifest | undefined;
}

const groups = { base: 'Training of the base model', pretrain: 'Continued pretraining', finetune: 'Instruct fine-tuning' } as const;

function groupOf({ job }: TrainingRun): keyof typeof groups {
  const { run, baseCheckpoint } = job.file.resolved;
  return run.stage === 'finetune' ? 'finetune' : baseCheckpoint === undefined ? 'base' : 'pretrain';
}

export function collectCurves(runs: readonly TrainingRun[]): CurveFigure[] {
  return (Object.keys(groups) as (keyof typeof groups)[]).flatMap((key) => {
    const members = runs.filter((run) => groupOf(run) === key);
    const names = new Set(members.flatMap(({ job }) => heldOutNames(job.events)));
    const figure = (title: string, yLabel: string, series: (job: StepJob) => CurveSeries['points']): CurveFigure => ({
      title, group: groups[key], xLabel: 'optimiser step', yLabel,
      series: members.map(({ job }) => ({ name: job.name, points: series(job) })).filter(({ points }) => points.length > 0),
    });
    const figures = [
      figure('Training loss', 'nats per loss-bearing token', ({ events }) => averaged(pointsOf(events, 'train/loss'))),
      ...[...names].map((name) => figure(`Held-out loss: ${name}`, 'nats per token', ({ events }) => pointsOf(events, `heldout/${name}/loss`))),
    ];
    return figures.filter((one) => one.series.length > 0);
  });
}

function metricsOf(events: readonly JobEvent[]): MetricsEvent[] {
  return events.filter((event) => event.type === 'metrics');
}

function pointsOf(events: readonly JobEvent[], metric: string): [number, number][] {
  return metricsOf(events).flatMap((event): [number, number][] => {
    const value = event.metrics[metric];
    return typeof value === 'number' ? [[event.step, value]] : [];
  });
}

/** Means over equal stretches, so that a noisy curve keeps its level. */
function averaged(points: readonly (readonly [number, number])[]): [number, number][] {
  const size = Math.ceil(points.length / curvePoints);
  if (size <= 1) return points.map(([x, y]) => [x, y]);
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index): [number, number] => {
    const stretch = points.slice(index * size, (index + 1) * size);
    return [stretch.at(-1)![0], stretch.reduce((sum, [, y]) => sum + y, 0) / stretch.length];
  });
}

function heldOutNames(events: readonly JobEvent[]): string[] {
  const names = metricsOf(events).flatMap((event) => Object.keys(event.metrics).flatMap((key) => /^heldout\/([^/]+)\/loss$/.exec(key)?.[1] ?? []));
  return [...new Set(names)];
}

/** Domains of several sets, which have a loss of their own. */
function heldOutDomains(events: readonly JobEvent[]): string[] {
  const names = metricsOf(events).flatMap((event) => Object.keys(event.metrics).flatMap((key) => /^heldout\/domain\/(.+)\/loss$/.exec(key)?.[1] ?? []));
  return [...new Set(names)];
}

/** Held-out losses before the first and after the last step of each run, of the sets and then of domains of several sets. */
export function collectHeldOut(runs: readonly TrainingRun[]): HeldOutReport {
  const domains = new Map(runs.flatMap(({ manifest }) => manifest?.heldOut.map(({ name, domain }) => [name, domain] as const) ?? []));
  const ofDomains = [...new Set(runs.flatMap(({ job }) => heldOutDomains(job.events)))].map((domain) => ({ name: `domain/${domain}`, domain, isWholeDomain: true }));
  const ofSets = [...new Set(runs.flatMap(({ job }) => heldOutNames(job.events)))].map((name) => ({ name, ...(domains.has(name) ? { domain: domains.get(name)! } : {}) }));
  const names = [...ofSets, ...ofDomains].map(({ name }) => name);
  return {
    sets: [...ofSets, ...ofDomains],
    runs: runs.map(({ job }) => ({
      step: job.name,
      values: Object.fromEntries(names.flatMap((name) => {
        const measured = heldOutValues(job.events, name);
        const before = measured[0]?.step === 0 ? measured[0].value : undefined;
        const after = measured.length > (before ? 1 : 0) ? measured.at(-1)!.value : undefined;
        return measured.length === 0 ? [] : [[name, { ...(before ? { before } : {}), ...(after ? { after } : {}) }]];
      })),
    })),
  };
}

function heldOutValues(events: readonly JobEvent[], name: string): { step: number; value: HeldOutValue }[] {
  return metricsOf(events).flatMap((event) => {
    const loss = event.metrics[`heldout/${name}/loss`];
    const bitsPerByte = event.metrics[`heldout/${name}/bitsPerByte`];
    return typeof loss === 'number' && typeof bitsPerByte === 'number' ? [{ step: event.step, value: { loss, bitsPerByte } }] : [];
  });
}
