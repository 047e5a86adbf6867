// Learning rate as a function of the update: linear warm-up, then constant, cosine, linear or warmup-stable-decay (Hu et
// al. 2024, arXiv 2404.06395). After the warm-up all equal transformers' get_scheduler. So does the warm-up with
// `warmupFrom: 0`; without it the first update already has a learning rate above zero (nanoGPT, train.py `get_lr`).
// Continued pretraining re-warms and re-decays (Ibrahim et al. 2024, arXiv 2403.08763): a warm-up that starts where the
// earlier run's decay ended, and a decay again.
import type { Run } from '../../documents/run/schema';

type DecayShape = NonNullable<Run['schedule']['decayShape']>;

export interface Schedule {
  readonly kind: Run['schedule']['kind'];
  readonly peak: number;
  readonly warmupSteps: number;
  /** Learning rate of the first update as a fraction of the peak; undefined for 1 / (warmupSteps + 1). */
  readonly warmupFrom: number | undefined;
  readonly totalSteps: number;
  /** Learning rate the decay ends at, as a fraction of the peak. */
  readonly minimumFraction: number;
  /** Steps of the decay at the end of a warmup-stable-decay schedule, and its shape. */
  readonly decaySteps: number;
  readonly decayShape: DecayShape;
}

const defaultDecayFraction = 0.1;

/** A fraction is of all updates, rounded up as transformers' `get_warmup_steps` does; a number of steps has precedence. */
export function makeSchedule(settings: Run['schedule'], peak: number, totalSteps: number): Schedule {
  const { kind, minimumFraction, warmupFraction = 0, warmupFrom, decayFraction = defaultDecayFraction, decayShape = 'cosine' } = settings;
  const roundingSlack = 1e-9;
  const stepsOf = (fraction: number): number => Math.max(0, Math.ceil(fraction * totalSteps - roundingSlack));
  return {
    kind, peak, totalSteps, minimumFraction, warmupFrom, decayShape,
    warmupSteps: settings.warmupSteps ?? stepsOf(warmupFraction), decaySteps: settings.decaySteps ?? stepsOf(decayFraction),
  };
}

/** @param step updates done before this one. */
export function learningRateAt(schedule: Schedule, step: number): number {
  const { kind, peak, warmupSteps, totalSteps, minimumFraction, decaySteps, decayShape } = schedule;
  if (step < warmupSteps) return peak * warmupShare(schedule, step);
  const decay = (shape: DecayShape, from: number): number => {
    const progress = Math.min(1, Math.max(0, step - from) / Math.max(1, totalSteps - from));
    return peak * (minimumFraction + (1 - minimumFraction) * remaining(shape, progress));
  };
  switch (kind) {
    case 'constant': return peak;
    case 'cosine': case 'linear': return decay(kind, warmupSteps);
    case 'warmup-stable-decay': return decay(decayShape, Math.max(warmupSteps, totalSteps - decaySteps));
  }
}

function warmupShare({ warmupSteps, warmupFrom }: Schedule, step: number): number {
  if (warmupFrom === undefined) return (step + 1) / (warmupSteps + 1);
  return warmupFrom + (1 - warmupFrom) * (step / warmupSteps);
}

function remaining(shape: DecayShape, progress: number): number {
  switch (shape) {
    case 'linear': return 1 - progress;
    case 'cosine': return 0.5 * (1 + Math.cos(Math.PI * progress));
    case '1-sqrt': return 1 - Math.sqrt(progress);
  }
}
