// Where large tensors lie: stretches of memory taken once from tfjs's allocator and shared out here, so that room inside
// is found when the memory cannot grow any more. The lowest place that fits is taken; neighbours that are free are joined.

interface Stretch { from: number; bytes: number }

/** Allocations are multiples of a cache line. */
const unit = 64;
const usualBytes = 2 ** 26;
/** From so much on one stretch is all the rest, but for what is left to small ones and a last stretch. */
const manyBytes = 2 ** 28;
const leftBytes = 2 ** 27;

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
   * Takes as much again as is there already, and from some size on nearly all there is, since two stretches do not join
   * and a large tensor needs one. What is taken and not touched costs addresses, not memory.
   */
  #grow(bytes: number): boolean {
    const least = bytes + unit;
    const usual = this.#wholeBytes < manyBytes ? Math.max(usualBytes, this.#wholeBytes) : this.mostBytes() - leftBytes;
    return this.#takeStretch(Math.max(least, Math.min(usual, this.mostBytes()))) || this.#takeStretch(least);
  }

  #takeStretch(bytes: number): boolean {
    const whole = Math.floor(bytes / unit) * unit;
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
