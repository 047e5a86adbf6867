// Which charts there are, and the lines in each, from the runs of a snapshot. Pure.
import { smoothTimeWeighted } from '../../src/base/math/smoothing';
import type { CurveRun, CurvesTexts } from '../../src/protocol/panels/curves';
import type { CurvesSettings } from './settings';
import { runStyle, type RunStyle } from './run-style';
import { type ChartSignature, signaturesOf } from './signatures';

export interface Line {
  readonly id: string;
  readonly name: string;
  readonly style: RunStyle;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly smoothed: Float64Array;
}

export interface Chart {
  readonly metric: string;
  readonly title: string;
  readonly lines: readonly Line[];
  readonly signatures: readonly ChartSignature[];
}

/** Where a metric stands: training loss, held-out losses, then how training went, then everything else by name. */
const order: readonly RegExp[] = [
  /^train\/loss$/, /^heldout\/.+\/loss$/, /^train\/learningRate$/, /^train\/gradientNorm$/, /^train\/tokensPerSecond$/, /^heldout\/.+\/bitsPerByte$/, /./,
];
/** Set by the schedule rather than measured: there is nothing to smooth. */
const exact = new Set(['train/learningRate']);
/** Counts that only grow say nothing as a curve. */
const leftOut = new Set(['train/trainedTokens']);

export function metricsOf(runs: readonly CurveRun[]): string[] {
  const names = new Set(runs.flatMap((run) => Object.keys(run.series)).filter((name) => !leftOut.has(name)));
  const rank = (name: string): number => order.findIndex((one) => one.test(name));
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

export function titleOf(metric: string, texts: CurvesTexts): string {
  const ofDomain = /^heldout\/domain\/(.+)\/(loss|bitsPerByte)$/.exec(metric);
  if (ofDomain) return (ofDomain[2] === 'loss' ? texts.heldoutDomainLoss : texts.heldoutDomainBitsPerByte).replace('{0}', () => ofDomain[1]!);
  const heldout = /^heldout\/(.+)\/(loss|bitsPerByte)$/.exec(metric);
  if (!heldout) return texts.titles[metric] ?? metric;
  const domain = heldout[1]!;
  return (heldout[2] === 'loss' ? texts.heldoutLoss : texts.heldoutBitsPerByte).replace('{0}', () => domain);
}

export function chartsOf(runs: readonly CurveRun[], texts: CurvesTexts, settings: CurvesSettings): Chart[] {
  return metricsOf(runs).map((metric) => ({ metric, title: titleOf(metric, texts), lines: linesOf(runs, metric, settings), signatures: signaturesOf(runs, metric, texts, settings) }));
}

/** A run keeps its style whatever else is shown or hidden. */
function linesOf(runs: readonly CurveRun[], metric: string, settings: CurvesSettings): Line[] {
  const shown = runs.flatMap((run, place) => {
    const series = run.series[metric];
    if (!series || series.y.length === 0 || settings.hidden.includes(run.id)) return [];
    return [{ id: run.id, name: run.name, style: runStyle(place), x: series[settings.xAxis], y: series.y }];
  });
  const range = extent(shown);
  const amount = exact.has(metric) ? 0 : settings.smoothing;
  return shown.map((line) => ({ ...line, smoothed: smoothTimeWeighted(line.x, line.y, amount, range.to - range.from) }));
}

export interface Range { readonly from: number; readonly to: number }

/** The x axis that holds all lines; a single point gets room around it. */
export function extent(lines: readonly { readonly x: Float64Array }[]): Range {
  const ends = lines.filter(({ x }) => x.length > 0);
  if (ends.length === 0) return { from: 0, to: 1 };
  const from = Math.min(...ends.map(({ x }) => x[0]!));
  const to = Math.max(...ends.map(({ x }) => x.at(-1)!));
  return from < to ? { from, to } : { from: from - 1, to: to + 1 };
}

/** x values of all lines and findings in order, each once: the rows of the data table. */
export function tableRows(lines: readonly Line[], signatures: readonly ChartSignature[] = []): Float64Array {
  return Float64Array.from(new Set([...lines.flatMap((line) => [...line.x]), ...signatures.map(({ x }) => x)])).sort();
}
