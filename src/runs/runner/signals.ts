// SIGINT and SIGTERM as stops, from the first moment of the process: one that comes before the job has begun waits for
// it. Their handlers run only when the event loop turns, so loops let it turn between micro-batches.

const signals = ['SIGINT', 'SIGTERM'] as const;
/** npm and srun pass on a signal their child already got, so one Ctrl-C or one scancel arrives twice in a moment. */
const echoMs = 250;

export class StopSignals {
  #lastMs = -Infinity;
  #early = 0;
  #onStop: (() => void) | undefined;
  readonly #handle = (): void => { this.#receive(); };

  constructor(private readonly nowMs: () => number = () => performance.now()) {
    for (const signal of signals) process.on(signal, this.#handle);
  }

  /** From now on calls `onStop` for each signal but its echo, and at once for each that came before. */
  deliver(onStop: () => void): void {
    this.#onStop = onStop;
    for (; this.#early > 0; this.#early--) onStop();
  }

  end(): void {
    for (const signal of signals) process.off(signal, this.#handle);
  }

  #receive(): void {
    const nowMs = this.nowMs();
    if (nowMs - this.#lastMs < echoMs) return;
    this.#lastMs = nowMs;
    if (this.#onStop) this.#onStop();
    else this.#early += 1;
  }
}
