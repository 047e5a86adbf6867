// Lines as the columns uPlot draws: for each, the band's lower and upper edge, the line as measured and the smoothed one.
import uPlot from 'uplot';
import { decimateMinMax } from '../../src/base/math/decimation';
import type { Line, Range } from './charts';

export const columnsOfLine = 4;

type Values = (number | null)[];

/** Decimated to `buckets` places between `range.from` and `range.to`. A gap is null; so is what a log axis cannot show. */
export function plotData(lines: readonly Line[], range: Range, buckets: number, logarithmic: boolean): uPlot.AlignedData {
  if (lines.length === 0) return [[]];
  const tables = lines.map((line): uPlot.AlignedData => {
    const { indices, low, high, reduced } = decimateMinMax(line.x, line.y, { ...range, buckets });
    const value = (number: number): number | null => (Number.isFinite(number) && (!logarithmic || number > 0) ? number : null);
    const pick = (values: Float64Array): Values => Array.from(indices, (index) => value(values[index]!));
    const edge = (values: Float64Array): Values => (reduced ? Array.from(values, value) : Array.from(values, () => null));
    return [Array.from(indices, (index) => line.x[index]!), edge(low), edge(high), pick(line.y), pick(line.smoothed)];
  });
  return uPlot.join(tables);
}
