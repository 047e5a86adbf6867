// How long an answer may take: aborts a request when the caller does, or when nothing came for a while.

/** Aborts when the caller does, or when nothing came for a while. */
export class TimeLimit {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  readonly #onAbort = (): void => { this.#controller.abort(); };
  exceeded = false;

  constructor(readonly limitMs: number, readonly outer: AbortSignal | undefined) {
    outer?.addEventListener('abort', this.#onAbort, { once: true });
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.exceeded = true;
      this.#controller.abort();
    }, this.limitMs);
  }

  /** While the caller looks at what came, no time passes. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.outer?.removeEventListener('abort', this.#onAbort);
  }

  abort(): void {
    this.clear();
    this.#controller.abort();
  }
}
