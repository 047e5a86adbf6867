// An estimate in words: the same table in the terminal and in the editor, which brings its own translation.
import { alignColumns } from '../base/text/columns';
import { formatBytes } from '../base/text/bytes';
import { formatDuration as formatWhole } from '../base/time/duration';
import type { DiskFigures, Estimate, MemoryFigures, RunEstimate, ScaleoutFigures, StudyEstimate, TimeFigures } from './estimate';

export type Translate = (message: string, ...values: (string | number)[]) => string;

type Row = readonly [label: string, value: string];

/** The message as it stands, its places filled. */
export const english: Translate = (message, ...values) => message.replace(/\{(\d+)\}/g, (place, index) => String(values[Number(index)] ?? place));

/** Plain text, aligned; ends without a line break. */
export function estimateTable(estimate: Estimate, t: Translate): string {
  return estimate.kind === 'run' ? runTable(estimate, t) : studyTable(estimate, t);
}

/** One line for a message. */
export function estimateSummary(estimate: Estimate, t: Translate): string {
  const memory = estimate.kind === 'run' ? estimate.memory.peakBytes : estimate.peakBytes;
  const hours = estimate.kind === 'run' ? estimate.scaleout?.hours : undefined;
  const duration = hours !== undefined ? hours * 3_600_000 : estimate.kind === 'run' ? estimate.time?.totalMs : estimate.elapsedMs;
  return [
    estimate.fits ? t('{0} fits', estimate.name) : t('{0} does not fit', estimate.name),
    t('{0} of memory', formatBytes(memory)),
    duration === undefined ? '' : t('about {0}', formatDuration(duration)),
    estimate.tokens === undefined ? '' : t('{0} tokens', formatCount(estimate.tokens)),
    t('{0} of disk', formatBytes(estimate.disk.neededBytes)),
  ].filter(Boolean).join(' · ');
}

/** What stands in the way of a start, one sentence each; empty when nothing does. */
export function estimateWarnings(estimate: Estimate, t: Translate): string[] {
  const { disk } = estimate;
  const runs = estimate.kind === 'run' ? [estimate] : Object.values(estimate.runs);
  return [
    ...runs.filter(({ fits }) => !fits).map((run) => doesNotFit(run, t)),
    ...(disk.neededBytes > disk.freeBytes ? [t('Checkpoints need {0}, and {1} of disk are free.', formatBytes(disk.neededBytes), formatBytes(disk.freeBytes))] : []),
  ];
}

function doesNotFit({ name, memory, largest, mix, scaleout }: RunEstimate, t: Translate): string {
  const offers = [
    ...(largest?.batchSize === undefined ? [] : [t('batchSize {0}', largest.batchSize)]),
    ...(largest?.sequenceLength === undefined ? [] : [t('sequenceLength {0} in {1}', largest.sequenceLength, mix.file)]),
  ];
  const needed = t('{0} needs {1} of memory and may fill {2}.', name, formatBytes(memory.peakBytes), formatBytes(memory.usableBytes));
  const recomputed = largest?.recomputeActivations ? t('With recomputeActivations true it fits, in about a third more time.') : '';
  const shardings = (scaleout?.choices ?? []).filter((one) => one.fits).map((one) => one.sharding);
  const shared = shardings.length > 0 ? t('With scaleout.sharding {0} it fits.', shardings.join(t(' or '))) : '';
  const others = shared !== '' ? '' : offers.length > 0 ? t('The largest that fits: {0}.', offers.join(t(' or '))) : recomputed ? '' : t('No micro-batch of this model fits.');
  return [needed, recomputed, shared, others].filter(Boolean).join(' ');
}

function runTable(estimate: RunEstimate, t: Translate): string {
  const { mix } = estimate;
  const rows: Row[] = [
    [t('parameters'), formatCount(estimate.parameters)],
    ...(estimate.download ? [[t('base'), t('{0}, of which {1} are downloaded first', estimate.download.model, formatBytes(estimate.download.bytes))] satisfies Row] : []),
    [t('micro-batch'), t('{0} × {1} tokens, {2} an update', estimate.batchSize, estimate.sequenceLength, estimate.accumulationSteps)],
    ...memoryRows(estimate.memory, estimate, t),
    ...shardingRows(estimate.scaleout, t),
    [t('mix'), mix.built ? t('{0}, built', mix.name) : mix.missing ? t('{0}, whose documents are not on this machine: amounts are those of its file', mix.name) : t('{0}, not built yet: it is built first', mix.name)],
    [t('updates'), estimate.steps === undefined ? t('known when the mix is built') : formatCount(estimate.steps)],
    [t('tokens'), estimate.tokens === undefined ? t('known when the mix is built') : formatCount(estimate.tokens)],
    ...estimate.sources.map((source): Row => [
      t('  {0} / {1}', source.stage, source.source), t('{0} tokens of {1}, {2} epochs', formatCount(source.tokens), source.domain, Number(source.epochs.toFixed(2))),
    ]),
    ...(estimate.scaleout === undefined ? timeRows(estimate.time, t) : computeRows(estimate.scaleout, t)),
    ...diskRows(estimate.disk, t),
  ];
  return [estimate.name, '', alignColumns(rows), ...notes(estimateWarnings(estimate, t))].join('\n');
}

function memoryRows(memory: MemoryFigures, { backend, scaleout }: RunEstimate, t: Translate): Row[] {
  const holder = scaleout === undefined ? t('the {0} backend', backend) : scaleout.isGpu ? t('a GPU') : t('a process\'s part of this machine');
  return [
    [t('memory at its peak'), t('{0}; {1} holds {2}, of which this shape may fill {3}', formatBytes(memory.peakBytes), holder, formatBytes(memory.limitBytes), formatBytes(memory.usableBytes))],
    [t('  weights'), formatBytes(memory.weightBytes)],
    [t('  gradients'), formatBytes(memory.gradientBytes)],
    [t('  optimiser moments'), formatBytes(memory.momentBytes)],
    ...(scaleout === undefined ? [] : [[t('  copies and buckets'), formatBytes(scaleout.workingBytes)] satisfies Row]),
    [t('  activations'), formatBytes(memory.activationBytes)],
  ];
}

/** The sharding that is taken, and what a GPU would hold with each. */
function shardingRows(scaleout: ScaleoutFigures | undefined, t: Translate): Row[] {
  if (scaleout === undefined) return [];
  const { engine, processes, nodes, precision, sharding, isChosenByEstimate, choices } = scaleout;
  return [
    [t('processes'), nodes === 1 ? t('{0} of {1}, {2}', processes, engine, precision) : t('{0} of {1} on {2} machines, {3}', processes, engine, nodes, precision)],
    [t('sharding'), isChosenByEstimate ? t('{0}, chosen by this estimate', sharding) : sharding],
    ...choices.map((one): Row => [`  ${one.sharding}`, one.fits ? t('{0} of each process', formatBytes(one.peakBytes)) : t('{0} of each process: does not fit', formatBytes(one.peakBytes))]),
  ];
}

function computeRows({ flops, gpuHours, hours, teraflops }: ScaleoutFigures, t: Translate): Row[] {
  if (flops === undefined) return [[t('time'), t('known when the mix is built')]];
  const work: Row[] = [[t('floating-point operations'), flops.toExponential(2)]];
  if (gpuHours === undefined || hours === undefined || teraflops === undefined) return [...work, [t('time'), t('not known: set scaleout.gpu.teraflops to what a GPU does in training')]];
  return [...work, [t('time'), t('{0}, {1} GPU hours, as if each GPU did {2} · 10^12 operations a second; start-up, checkpoints and held-out loss not counted', formatDuration(hours * 3_600_000), formatCount(Math.round(gpuHours)), teraflops)]];
}

function timeRows(time: TimeFigures | undefined, t: Translate): Row[] {
  if (!time) return [[t('time'), t('not measured')]];
  const how = time.source === 'cached' ? t('measured on this machine before') : t('measured just now');
  const scaled = time.measuredFraction < 1 ? t(', in proportion from {0} of a micro-batch', `${Number((time.measuredFraction * 100).toPrecision(2))} %`) : '';
  return [
    [t('time'), t('{0}: training {1}, held-out loss {2}', formatDuration(time.totalMs), formatDuration(time.trainMs), formatDuration(time.heldOutMs))],
    [t('  rate'), t('{0} tokens/s, {1}{2}', formatCount(Math.round(time.tokensPerSecond)), how, scaled)],
    [t('  device'), time.device],
    ...(time.assumesFullRows ? [[t('  as if'), t('every row were full: the mix is not built yet')] satisfies Row] : []),
  ];
}

function diskRows({ checkpointBytes, neededBytes, freeBytes }: DiskFigures, t: Translate): Row[] {
  return [[t('checkpoints'), t('{0} each, {1} at most; {2} free', formatBytes(checkpointBytes), formatBytes(neededBytes), formatBytes(freeBytes))]];
}

function studyTable(estimate: StudyEstimate, t: Translate): string {
  const header = [t('training step'), t('parameters'), t('memory'), t('updates'), t('tokens'), t('time')];
  const rows = Object.entries(estimate.runs).map(([step, run]) => [
    step, formatCount(run.parameters), formatBytes(run.memory.peakBytes), run.steps === undefined ? '' : formatCount(run.steps),
    run.tokens === undefined ? '' : formatCount(run.tokens), run.time ? formatDuration(run.time.totalMs) : '',
  ]);
  const totals: Row[] = [
    [t('tokens'), estimate.tokens === undefined ? t('known when every mix is built') : formatCount(estimate.tokens)],
    [t('training time'), estimate.computeMs === undefined || estimate.elapsedMs === undefined ? t('not measured')
      : t('{0} of compute, about {1} with {2} side by side', formatDuration(estimate.computeMs), formatDuration(estimate.elapsedMs), estimate.parallel)],
    [t('memory at its peak'), t('{0} with {1} side by side', formatBytes(estimate.peakBytes), estimate.parallel)],
    [t('checkpoints'), t('{0} of all runs, {1} at most; {2} free', formatBytes(estimate.disk.checkpointBytes), formatBytes(estimate.disk.neededBytes), formatBytes(estimate.disk.freeBytes))],
  ];
  return [
    estimate.name, '', alignColumns([header, ...rows], [1, 2, 3, 4, 5]), '', alignColumns(totals), '',
    t('As if nothing were done yet; mixes, evaluations and prompt experiments are not counted.'), ...notes(estimateWarnings(estimate, t)),
  ].join('\n');
}

function notes(warnings: readonly string[]): string[] {
  return warnings.length === 0 ? [] : ['', ...warnings];
}

/** `12,345`: the same everywhere, as a table that is read aloud in a paper. */
function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

function formatDuration(milliseconds: number): string {
  return milliseconds < 1000 ? '< 1 s' : formatWhole(milliseconds);
}
