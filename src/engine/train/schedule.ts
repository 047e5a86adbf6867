// Learning rate as a function of the update: linear warm-up, then constant, cosine or linear decay (nanoGPT, train.py
// `get_lr`). Unlike transformers, the first update already has a learning rate above zero.
import type { Run } from '../../documents/run/schema';

export interface Schedule {
  readonly kind: Run['schedule']['kind'];
  readonly peak: number;
  readonly warmupSteps: number;
  readonly totalSteps: number;
  /** Learning rate the decay ends at, as a fraction of the peak. */
  readonly minimumFraction: number;
}

/** A fraction is of all updates, rounded up as transformers' `get_warmup_steps` does; a number of steps has precedence. */
export function makeSchedule(settings: Run['schedule'], peak: number, totalSteps: number): Schedule {
  const { kind, minimumFraction, warmupFraction = 0 } = settings;
  const roundingSlack = 1e-9;
  const warmupSteps = settings.warmupSteps ?? Math.max(0, Math.ceil(warmupFraction * totalSteps - roundingSlack));
  return { kind, peak, warmupSteps, totalSteps, minimumFraction };
}

/** @param step updates done before this one. */
export function learningRateAt(schedule: Schedule, step: number): number {
  const { kind, peak, warmupSteps, totalSteps, minimumFraction } = schedule;
  if (step < warmupSteps) return (peak * (step + 1)) / (warmupSteps + 1);
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return peak * (minimumFraction + (1 - minimumFraction) * remaining(kind, progress));
}

function remaining(kind: Schedule['kind'], progress: number): number {
  switch (kind) {
    case 'constant': return 1;
    case 'linear': return 1 - progress;
    case 'cosine': return 0.5 * (1 + Math.cos(Math.PI * progress));
  }
}
