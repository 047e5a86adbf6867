// Where large tensors lie: stretches of memory taken once from tfjs's allocator and shared out here, so that room inside
// is found when the memory cannot grow any more. The lowest place that fits is taken; neighbours that are free are joined.

interface Stretch { from: number; bytes: number }

/** Allocations are multiples of a cache line. */
const unit = 64;
const usualBytes = 64 * 2 ** 20;

export class Arena {
  /** By address; no two touch. */
  readonly #free: Stretch[] = [];
  readonly #taken = new Map<number, number>();
  #wholeBytes = 0;

  /**
   * @param takeMemory gives a new stretch of this many bytes, or undefined when there is none.
   * @param mostBytes how much it could give at once.
   */
  constructor(private readonly takeMemory: (bytes: number) => number | undefined, private readonly mostBytes: () => number) {}

  /** An address with this many bytes, or undefined when no stretch has room and there is no new one. */
  take(bytes: number): number | undefined {
    const rounded = Math.max(unit, Math.ceil(bytes / unit) * unit);
    const index = this.#free.findIndex((stretch) => stretch.bytes >= rounded);
    if (index >= 0) return this.#cut(index, rounded);
    return this.#grow(rounded) ? this.take(bytes) : undefined;
  }

  /** Whether the address is one of `take`; its memory is free then. */
  giveBack(from: number): boolean {
    const bytes = this.#taken.get(from);
    if (bytes === undefined) return false;
    this.#taken.delete(from);
    this.#release({ from, bytes });
    return true;
  }

  #cut(index: number, bytes: number): number {
    const stretch = this.#free[index]!;
    const { from } = stretch;
    this.#taken.set(from, bytes);
    if (stretch.bytes === bytes) this.#free.splice(index, 1);
    else this.#free[index] = { from: from + bytes, bytes: stretch.bytes - bytes };
    return from;
  }

  /**
   * Takes as much again as is there already, since two stretches do not join and a large tensor needs one; less where
   * there is not so much. What is taken and not touched costs addresses, not memory.
   */
  #grow(bytes: number): boolean {
    const wanted = Math.max(bytes + unit, usualBytes, this.#wholeBytes);
    const whole = Math.floor(Math.max(bytes + unit, Math.min(wanted, this.mostBytes())) / unit) * unit;
    const from = this.takeMemory(whole);
    if (from === undefined) return false;
    const first = Math.ceil(from / unit) * unit;
    this.#wholeBytes += whole;
    this.#release({ from: first, bytes: Math.floor((from + whole - first) / unit) * unit });
    return true;
  }

  #release(stretch: Stretch): void {
    const after = this.#free.findIndex(({ from }) => from > stretch.from);
    const index = after < 0 ? this.#free.length : after;
    const [before, next] = [this.#free[index - 1], this.#free[index]];
    const joinsBefore = before !== undefined && before.from + before.bytes === stretch.from;
    const joinsNext = next !== undefined && stretch.from + stretch.bytes === next.from;
    if (joinsNext) stretch.bytes += next.bytes;
    if (joinsBefore) before.bytes += stretch.bytes;
    if (joinsBefore && joinsNext) this.#free.splice(index, 1);
    else if (joinsNext) this.#free[index] = stretch;
    else if (!joinsBefore) this.#free.splice(index, 0, stretch);
  }
}
