// Prints progress: on a terminal a block of lines that is rewritten in place, elsewhere a line now and then.

const quietMs = 15_000;

export class Screen {
  #shown = 0;
  #lastQuiet = 0;

  constructor(
    private readonly output: NodeJS.WriteStream = process.stdout,
    private readonly now: () => number = Date.now,
  ) {}

  /** Lines that stay. */
  say(...lines: string[]): void {
    this.#erase();
    for (const line of lines) this.output.write(`${line}\n`);
  }

  /** Lines that the next call replaces. */
  show(lines: readonly string[]): void {
    if (this.output.isTTY) {
      this.#erase();
      const width = this.output.columns;
      for (const line of lines) this.output.write(`${line.slice(0, Math.max(20, width - 1))}\n`);
      this.#shown = lines.length;
      return;
    }
    const now = this.now();
    if (lines.length === 0 || now - this.#lastQuiet < quietMs) return;
    this.#lastQuiet = now;
    for (const line of lines) this.output.write(`${line}\n`);
  }

  #erase(): void {
    if (this.#shown > 0) this.output.write(`\u001b[${this.#shown}A\u001b[0J`);
    this.#shown = 0;
  }
}
