// How far a job is, from its events: what a terminal or a view says of it while it runs and after it has ended.
import { formatDuration } from '../base/time/duration';
import type { JobEvent, MetricsEvent, MetricValue, ProgressEvent } from '../protocol/events';

/** Numbers of a job as far as its events tell them. */
export interface ProgressReading {
  /** Optimiser updates done. */
  readonly step?: number;
  readonly totalSteps?: number;
  /** Nats per loss-bearing token of the last update. */
  readonly loss?: MetricValue;
  readonly tokensPerSecond?: number;
  /** Estimated from this attempt's pace. */
  readonly timeLeftMs?: number;
  /** Step of the newest checkpoint, 0 when there is none. */
  readonly checkpointStep: number;
  /** What a crash at this moment would cost, at this attempt's pace. */
  readonly unsavedMs?: number;
  /** What a job that is not training is doing, and how much of it is done. */
  readonly activity?: Pick<ProgressEvent, 'label' | 'done' | 'total' | 'unit' | 'perSecond' | 'leftMs'>;
}

export class JobProgress {
  #totalSteps: number | undefined;
  #first: MetricsEvent | undefined;
  #last: MetricsEvent | undefined;
  #loss: MetricValue | undefined;
  #tokensPerSecond: MetricValue | undefined;
  #checkpointStep = 0;
  #activity: ProgressReading['activity'];

  apply(event: JobEvent): void {
    switch (event.type) {
      case 'started':
      case 'resumed':
        if (event.type === 'started') this.#totalSteps = event.totalSteps;
        this.#first = undefined;
        break;
      case 'metrics':
        this.#first ??= event;
        this.#last = event;
        this.#loss = event.metrics['train/loss'] ?? this.#loss;
        this.#tokensPerSecond = event.metrics['train/tokensPerSecond'] ?? this.#tokensPerSecond;
        break;
      case 'progress':
        this.#activity = activityOf(event);
        break;
      case 'checkpoint':
        this.#checkpointStep = event.step;
        break;
      case 'notice':
      case 'signature':
      case 'requestAnswered':
      case 'studyStep':
      case 'finished':
        break;
    }
  }

  read(): ProgressReading {
    const checkpointStep = this.#checkpointStep;
    if (!this.#last) return { checkpointStep, ...(this.#activity ? { activity: this.#activity } : {}) };
    const { step } = this.#last;
    const stepMs = this.#stepMs();
    const totalSteps = this.#totalSteps;
    return {
      step, checkpointStep,
      ...(totalSteps === undefined ? {} : { totalSteps }),
      ...(this.#loss === undefined ? {} : { loss: this.#loss }),
      ...(typeof this.#tokensPerSecond === 'number' ? { tokensPerSecond: this.#tokensPerSecond } : {}),
      ...(stepMs === undefined || totalSteps === undefined ? {} : { timeLeftMs: stepMs * (totalSteps - step) }),
      ...(stepMs === undefined ? {} : { unsavedMs: stepMs * Math.max(0, step - checkpointStep) }),
    };
  }

  /** Step, loss, tokens a second and time left of a training job; label and count of any other. */
  describe(): string {
    const { step, totalSteps, loss, tokensPerSecond, timeLeftMs, activity } = this.read();
    if (step !== undefined) {
      const parts = [
        `step ${step}${totalSteps === undefined ? '' : `/${totalSteps}`}`,
        loss === undefined ? '' : `loss ${formatLoss(loss)}`,
        tokensPerSecond === undefined ? '' : `${Math.round(tokensPerSecond)} tokens/s`,
        timeLeftMs === undefined ? '' : `${formatDuration(timeLeftMs)} left`,
      ];
      return parts.filter(Boolean).join(', ');
    }
    if (activity) return describeActivity(activity);
    return 'starting';
  }

  /** Milliseconds an update takes in this attempt; undefined before its second one. */
  #stepMs(): number | undefined {
    if (!this.#last || !this.#first) return undefined;
    const steps = this.#last.step - this.#first.step;
    return steps <= 0 ? undefined : (this.#last.elapsedMs - this.#first.elapsedMs) / steps;
  }
}

function activityOf({ label, done, total, unit, perSecond, leftMs }: ProgressEvent): NonNullable<ProgressReading['activity']> {
  return {
    label, done, ...(total === undefined ? {} : { total }), ...(unit === undefined ? {} : { unit }),
    ...(perSecond === undefined ? {} : { perSecond }), ...(leftMs === undefined ? {} : { leftMs }),
  };
}

function describeActivity({ label, done, total, unit, perSecond, leftMs }: NonNullable<ProgressReading['activity']>): string {
  const rate = perSecond === undefined ? '' : `, ${perSecond >= 10 ? Math.round(perSecond) : perSecond.toFixed(1)}/s`;
  return `${label} ${done}${total === undefined ? '' : `/${total}`}${unit === undefined ? '' : ` ${unit}`}${rate}${leftMs === undefined ? '' : `, ${formatDuration(leftMs)} left`}`;
}

export function formatLoss(loss: MetricValue): string {
  return typeof loss === 'number' ? loss.toFixed(3) : loss;
}
