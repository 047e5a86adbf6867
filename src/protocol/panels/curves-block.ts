// Curves on their way to the panel: all numbers in one block, since the editor carries no more than 255 buffers a message
// and drops the rest without a word.
import type { CurveRun, CurveSeries, PackedRun } from './curves';

const columns = ['step', 'tokens', 'elapsedMs', 'y'] as const;

export interface PackedRuns { readonly runs: readonly PackedRun[]; readonly block: Float64Array }

export function packRuns(runs: readonly CurveRun[]): PackedRuns {
  const all = runs.flatMap((run) => Object.values(run.series));
  const block = new Float64Array(all.reduce((sum, series) => sum + columns.length * series.y.length, 0));
  let end = 0;
  const pack = (series: CurveSeries): { start: number; length: number } => {
    const start = end;
    for (const column of columns) {
      block.set(series[column], end);
      end += series.y.length;
    }
    return { start, length: series.y.length };
  };
  return {
    runs: runs.map(({ series, ...run }) => ({ ...run, series: Object.fromEntries(Object.entries(series).map(([metric, one]) => [metric, pack(one)])) })),
    block,
  };
}

/** The columns are views of the block. */
export function unpackRuns({ runs, block }: PackedRuns): CurveRun[] {
  return runs.map(({ series, ...run }) => ({
    ...run,
    series: Object.fromEntries(Object.entries(series).map(([metric, { start, length }]) => {
      const column = (place: number): Float64Array => block.subarray(start + place * length, start + (place + 1) * length);
      return [metric, { step: column(0), tokens: column(1), elapsedMs: column(2), y: column(3) }];
    })),
  }));
}
