// What a follower knows of one job from its events, and the line that says it.
import { formatDuration } from '../../../base/time/duration';
import type { JobEvent, MetricsEvent, MetricValue } from '../../../protocol/events';

export class JobProgress {
  #totalSteps: number | undefined;
  #first: MetricsEvent | undefined;
  #last: MetricsEvent | undefined;
  #loss: MetricValue | undefined;
  #tokensPerSecond: MetricValue | undefined;
  #activity: { label: string; done: number; total: number | undefined } | undefined;

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
        this.#activity = { label: event.label, done: event.done, total: event.total };
        break;
      case 'checkpoint':
      case 'notice':
      case 'requestAnswered':
      case 'studyStep':
      case 'finished':
        break;
    }
  }

  /** Step, loss, tokens a second and time left of a training job; label and count of any other. */
  describe(): string {
    if (this.#last) {
      const total = this.#totalSteps;
      const parts = [
        `step ${this.#last.step}${total === undefined ? '' : `/${total}`}`,
        this.#loss === undefined ? '' : `loss ${typeof this.#loss === 'number' ? this.#loss.toFixed(3) : this.#loss}`,
        typeof this.#tokensPerSecond === 'number' ? `${Math.round(this.#tokensPerSecond)} tokens/s` : '',
        this.#timeLeft(),
      ];
      return parts.filter(Boolean).join(', ');
    }
    if (this.#activity) {
      const { label, done, total } = this.#activity;
      return `${label} ${done}${total === undefined ? '' : `/${total}`}`;
    }
    return 'starting';
  }

  #timeLeft(): string {
    if (!this.#last || !this.#first || this.#totalSteps === undefined) return '';
    const steps = this.#last.step - this.#first.step;
    if (steps <= 0) return '';
    const stepMs = (this.#last.elapsedMs - this.#first.elapsedMs) / steps;
    return `${formatDuration(stepMs * (this.#totalSteps - this.#last.step))} left`;
  }
}
