// One request at a time in the order of arrival, a bounded number waiting.
import { HttpError } from './http-error';

export class RequestQueue {
  #waiting = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(readonly longest: number) {}

  get length(): number {
    return this.#waiting;
  }

  /** Runs `work` when all before it are done; rejects with 503 when too many wait. An aborted one gives its place up. */
  async run(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    if (this.#waiting >= this.longest) {
      throw new HttpError(503, 'queue_full', `${this.longest} requests are waiting already; try again later.`, undefined, { 'retry-after': '1' });
    }
    this.#waiting += 1;
    let counted = true;
    const leave = (): void => {
      if (counted) this.#waiting -= 1;
      counted = false;
    };
    signal.addEventListener('abort', leave, { once: true });
    const turn = this.#tail.then(async () => {
      if (!signal.aborted) await work();
    });
    this.#tail = turn.catch(() => undefined);
    try {
      await turn;
    } finally {
      signal.removeEventListener('abort', leave);
      leave();
    }
  }
}
