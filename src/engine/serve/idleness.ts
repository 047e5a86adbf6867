// Since when nobody asked: a model that nobody uses is to give its memory back.

export class Idleness {
  #underWay = 0;
  #onChange: () => void = () => undefined;
  #endedAt: number;

  /** @param now milliseconds of a clock that is never set back. */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.#endedAt = now();
  }

  /** How long nothing has been under way, in milliseconds. */
  sinceMs(): number {
    return this.#underWay > 0 ? 0 : Math.round(this.now() - this.#endedAt);
  }

  /** A request begins; the returned function says once that it ended. */
  begin(): () => void {
    this.#underWay += 1;
    this.#onChange();
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#underWay -= 1;
      this.#endedAt = this.now();
      this.#onChange();
    };
  }

  /** Resolves when nothing was under way for `idleMs` on end, or when aborted. For one waiter at a time. */
  async lasting(idleMs: number, signal: AbortSignal): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve) => {
        this.#onChange = () => {
          clearTimeout(timer);
          if (this.#underWay === 0) timer = setTimeout(resolve, idleMs);
        };
        signal.addEventListener('abort', () => { resolve(); }, { once: true });
        if (signal.aborted) resolve();
        this.#onChange();
      });
    } finally {
      clearTimeout(timer);
      this.#onChange = () => undefined;
    }
  }
}
