// How fast a build goes and how long it will still take, from how far it is at each report.
import type { EventBody } from '../../protocol/events';
import type { BuildProgress } from '../data';

/** Time between two progress events of one label. */
const eventEveryMs = 250;
/** Before it, a rate says more of the start than of the rest. */
const firstRateMs = 1000;

export class MixProgress {
  #label = '';
  #startMs = 0;
  #startFraction = 0;
  #startDone = 0;
  #lastMs = -Infinity;

  /** Undefined when it is too soon to say something again. */
  event({ label, done, total, unit = 'documents', fraction = total ? done / total : undefined }: BuildProgress, nowMs: number): EventBody | undefined {
    const isNew = label !== this.#label;
    if (isNew) {
      this.#label = label;
      this.#startMs = nowMs;
      this.#startDone = done;
      this.#startFraction = fraction ?? 0;
    } else if (nowMs - this.#lastMs < eventEveryMs && done !== total) return undefined;
    this.#lastMs = nowMs;
    const elapsedMs = nowMs - this.#startMs;
    const gone = (fraction ?? 0) - this.#startFraction;
    return {
      type: 'progress', label, done, unit, ...(total === undefined ? {} : { total }),
      ...(elapsedMs < firstRateMs || done <= this.#startDone ? {} : { perSecond: Number((((done - this.#startDone) * 1000) / elapsedMs).toFixed(1)) }),
      ...(elapsedMs < firstRateMs || gone <= 0 || fraction === undefined ? {} : { leftMs: Math.round((elapsedMs * (1 - fraction)) / gone) }),
    };
  }
}
