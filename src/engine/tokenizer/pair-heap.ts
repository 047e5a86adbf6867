// Which pair of tokens is merged next: the most frequent one, and of equals the one with the smaller left id, then the
// smaller right id (the rule of the Rust BpeTrainer). A binary heap; entries may be out of date and are checked when popped.

export interface PairEntry {
  readonly left: number;
  readonly right: number;
  /** Occurrences of the pair when the entry was pushed. */
  readonly count: number;
}

function comesFirst(a: PairEntry, b: PairEntry): boolean {
  if (a.count !== b.count) return a.count > b.count;
  return a.left !== b.left ? a.left < b.left : a.right < b.right;
}

export class PairHeap {
  readonly #entries: PairEntry[] = [];

  push(entry: PairEntry): void {
    const entries = this.#entries;
    let at = entries.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!comesFirst(entry, entries[parent]!)) break;
      entries[at] = entries[parent]!;
      at = parent;
    }
    entries[at] = entry;
  }

  pop(): PairEntry | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (first === undefined || last === undefined || entries.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && comesFirst(entries[child + 1]!, entries[child]!)) child += 1;
      if (!comesFirst(entries[child]!, last)) break;
      entries[at] = entries[child]!;
      at = child;
    }
    entries[at] = last;
    return first;
  }
}
