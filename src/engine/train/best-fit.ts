// Best-fit decreasing bin packing, as TRL's `bfd` strategy does it (Ding et al. 2024, arXiv 2404.10830): longest first,
// each into the fullest bin that still has room, of equally full ones into the one that has been so longest.

/**
 * Bins of item indices, none fuller than `capacity`, in the order they were opened.
 * @param lengths of the items, each from 1 to `capacity`.
 */
export function bestFitDecreasing(lengths: readonly number[], capacity: number): number[][] {
  const bins: number[][] = [];
  const waiting = new Map<number, Queue>();
  const spaces = new NextLarger(capacity);
  const order = Array.from(lengths.keys()).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  for (const item of order) {
    const length = lengths[item]!;
    const space = spaces.atLeast(length);
    let bin: number;
    if (space === undefined) {
      bin = bins.push([]) - 1;
    } else {
      const queue = waiting.get(space)!;
      bin = queue.take();
      if (queue.isEmpty) spaces.remove(space);
    }
    bins[bin]!.push(item);
    const left = (space ?? capacity) - length;
    if (left === 0) continue;
    if (!waiting.has(left)) waiting.set(left, new Queue());
    waiting.get(left)!.put(bin);
    spaces.add(left);
  }
  return bins;
}

/** First in, first out. */
class Queue {
  readonly #items: number[] = [];
  #first = 0;

  get isEmpty(): boolean {
    return this.#first === this.#items.length;
  }

  put(item: number): void {
    this.#items.push(item);
  }

  take(): number {
    this.#first += 1;
    return this.#items[this.#first - 1]!;
  }
}

/** A set of numbers from 1 to a maximum that finds its smallest member not below a bound, in logarithmic time. */
class NextLarger {
  readonly #leaves: number;
  /** Largest member below each node of a binary tree, 0 for none; leaf i holds member i. */
  readonly #largest: Uint32Array;

  constructor(maximum: number) {
    this.#leaves = 2 ** Math.ceil(Math.log2(maximum + 1));
    this.#largest = new Uint32Array(2 * this.#leaves);
  }

  add(member: number): void {
    this.#set(member, member);
  }

  remove(member: number): void {
    this.#set(member, 0);
  }

  atLeast(bound: number): number | undefined {
    if (this.#largest[1]! < bound) return undefined;
    let node = 1;
    while (node < this.#leaves) node = this.#largest[2 * node]! >= bound ? 2 * node : 2 * node + 1;
    return this.#largest[node]!;
  }

  #set(member: number, value: number): void {
    this.#largest[this.#leaves + member] = value;
    for (let node = (this.#leaves + member) >> 1; node >= 1; node >>= 1) {
      this.#largest[node] = Math.max(this.#largest[2 * node]!, this.#largest[2 * node + 1]!);
    }
  }
}
