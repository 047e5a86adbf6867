// The shapes of a run's micro-batches: the largest, which decides memory, and the usual one, which decides time.
import { makeBatch, paddedLength, type CalibrationShape, type DataPlan, type MemorySettings } from '../../train';
import type { Run } from '../../../documents/run/schema';

/** Above this share of loss-bearing positions the loss takes all of them (train/loss.ts). */
const dense = 0.9;

/** Bound of every micro-batch: its longest possible row, and the rows with most loss. Before the mix is built, full rows. */
export function largestShape(run: Run, sequenceLength: number, plan?: DataPlan): MemorySettings {
  const common = {
    batchSize: run.batchSize, accumulationSteps: run.accumulationSteps, noise: run.neftune !== undefined,
    recomputeActivations: run.recomputeActivations, lora: run.lora,
  };
  if (!plan) return { ...common, sequenceLength };
  let longest = 1;
  const losses: number[] = [];
  for (const { lengths, lossTokens } of plan.stages) {
    for (const length of lengths) longest = Math.max(longest, length);
    for (const count of lossTokens) losses.push(count);
  }
  const length = paddedLength(longest, sequenceLength);
  const lossPositions = losses.sort((a, b) => b - a).slice(0, run.batchSize).reduce((sum, count) => sum + count, 0);
  const isDense = lossPositions > dense * run.batchSize * length;
  return { ...common, sequenceLength: length, ...(isDense ? {} : { lossPositions }) };
}

export interface UsualShape extends CalibrationShape {
  /** Padded positions of an average micro-batch; the shape's own are close to it. */
  readonly positions: number;
  readonly microBatches: number;
}

const sampledSteps = 24;

/** Averages over micro-batches of updates spread evenly over the run's first pass. */
export function usualShape(plan: DataPlan, sequenceLength: number): UsualShape {
  const { batchSize, accumulationSteps } = plan.settings;
  const stepsOfPass = Math.max(1, Math.min(plan.totalSteps, Math.floor(plan.rowsPerPass / (batchSize * accumulationSteps))));
  const count = Math.min(sampledSteps, stepsOfPass);
  const batches = Array.from({ length: count }, (_, i) => plan.microBatches(Math.floor((i * stepsOfPass) / count)))
    .flat().map((rows) => makeBatch(rows, { padId: 0, maximumLength: sequenceLength }));
  const total = (value: (batch: (typeof batches)[number]) => number): number => batches.reduce((sum, batch) => sum + value(batch), 0);
  const positions = total((batch) => batch.targets_N.length);
  const rows = total((batch) => batch.rows.batch);
  return {
    batchSize: Math.max(1, Math.round(rows / batches.length)), length: Math.max(1, Math.round(positions / rows)),
    lossDensity: total((batch) => batch.lossTokens) / positions,
    positions: positions / batches.length, microBatches: plan.totalSteps * accumulationSteps,
  };
}
