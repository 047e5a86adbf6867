// Requests in the order of arrival: some under way at once, a bounded number waiting.
import { HttpError } from './http-error';

export interface QueueLimits {
  /** Under way at once: the model makes one batch of them. */
  readonly most: number;
  /** That may wait behind those. */
  readonly longest: number;
}

export class RequestQueue {
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly limits: QueueLimits) {}

  /** Waiting, without those under way. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Runs `work` when there is room; rejects with 503 when too many wait. An aborted one gives its place up. */
  async run(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    if (this.#underWay >= this.limits.most && !await this.#turn(signal)) return;
    this.#underWay += 1;
    try {
      if (!signal.aborted) await work();
    } finally {
      this.#underWay -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Whether its turn came: not when it was aborted while it waited. */
  async #turn(signal: AbortSignal): Promise<boolean> {
    const { longest } = this.limits;
    if (this.#waiting.length >= longest) {
      throw new HttpError(503, 'queue_full', `${longest} requests are waiting already; try again later.`, undefined, { 'retry-after': '1' });
    }
    return new Promise((resolve) => {
      const come = (): void => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(come), 1);
        resolve(false);
      };
      this.#waiting.push(come);
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
    });
  }
}
