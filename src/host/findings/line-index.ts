// Where each line of a JSONL file of findings begins, and by what it can be filtered: made once, in one pass, so that any page of
// 100,000 lines is a few reads. No vscode.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

/** What a line is listed under. */
export interface LineKeys { readonly sources: readonly string[]; readonly kinds: readonly string[] }

export interface KeyCount { readonly name: string; readonly count: number }

export interface LinePage {
  readonly lines: readonly string[];
  /** Lines that pass the filter. */
  readonly total: number;
}

export class LineIndex {
  /** Byte at which each line begins, and one past the last. */
  readonly #starts: number[] = [0];
  /** By line: its place among the different sets of keys, of which there are few. */
  readonly #keySets: number[] = [];
  readonly #sets: { readonly keys: LineKeys; count: number }[] = [];
  #passing: { readonly filter: string; readonly lines: Int32Array } | undefined;

  private constructor(private readonly file: string) {}

  /** Throws when there is no such file. A torn or foreign last line is left out. */
  static async read(file: string, keysOf: (line: string) => LineKeys | undefined): Promise<LineIndex> {
    const index = new LineIndex(file);
    const places = new Map<string, number>();
    let rest: Buffer = Buffer.alloc(0);
    let at = 0;
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
        const keys = keysOf(bytes.toString('utf8', start, end));
        if (!keys) return index;
        index.#add(keys, places, at + end + 1);
        start = end + 1;
      }
      rest = bytes.subarray(start);
      at += start;
    }
    return index;
  }

  get length(): number {
    return this.#keySets.length;
  }

  /** Every source or kind with its lines, in the order in which they first stand. */
  counts(what: 'sources' | 'kinds'): KeyCount[] {
    const counts = new Map<string, number>();
    for (const { keys, count } of this.#sets) for (const key of keys[what]) counts.set(key, (counts.get(key) ?? 0) + count);
    return [...counts].map(([name, count]) => ({ name, count }));
  }

  async page(filter: { readonly source?: string; readonly kind?: string }, from: number, count: number): Promise<LinePage> {
    const passing = this.#filtered(filter);
    const wanted = passing.subarray(Math.max(0, from), Math.max(0, from) + count);
    const handle = await open(this.file);
    try {
      const lines: string[] = [];
      for (const line of wanted) {
        const start = this.#starts[line]!;
        const bytes = Buffer.alloc(this.#starts[line + 1]! - start - 1);
        await handle.read(bytes, 0, bytes.length, start);
        lines.push(bytes.toString('utf8'));
      }
      return { lines, total: passing.length };
    } finally {
      await handle.close();
    }
  }

  #add(keys: LineKeys, places: Map<string, number>, next: number): void {
    const name = JSON.stringify([keys.sources, keys.kinds]);
    const place = places.get(name) ?? this.#sets.push({ keys, count: 0 }) - 1;
    places.set(name, place);
    this.#sets[place]!.count += 1;
    this.#keySets.push(place);
    this.#starts.push(next);
  }

  /** Lines of the last filter are kept, since a list is read page by page. */
  #filtered({ source, kind }: { readonly source?: string; readonly kind?: string }): Int32Array {
    const filter = JSON.stringify([source, kind]);
    if (this.#passing?.filter !== filter) {
      const passes = this.#sets.map(({ keys }) => (source === undefined || keys.sources.includes(source)) && (kind === undefined || keys.kinds.includes(kind)));
      const all = Int32Array.from({ length: this.length }, (_, line) => line);
      this.#passing = { filter, lines: all.filter((line) => passes[this.#keySets[line]!]) };
    }
    return this.#passing.lines;
  }
}
