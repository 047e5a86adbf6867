// Which rows belong together, as pairs of them are joined: connected components in columns that may be larger than memory.
import type { Column, Columns } from '../columns';

/** Union-find with path halving; the least row is the root of its component. A parent is held plus one: zero is the row itself. */
export class Components {
  readonly #parents: Column;

  constructor(private readonly columns: Columns, private readonly rows: number) {
    this.#parents = columns.make('int32');
  }

  root(row: number): number {
    let at = row;
    for (let above = this.#above(at); above !== at; above = this.#above(at)) {
      const next = this.#above(above);
      if (next !== above) this.#parents.set(at, next + 1);
      at = next;
    }
    return at;
  }

  join(a: number, b: number): void {
    const [one, two] = [this.root(a), this.root(b)];
    if (one !== two) this.#parents.set(Math.max(one, two), Math.min(one, two) + 1);
  }

  /** Of more than one row. Only one is held at a time; the rows of a component are chained from its root. Gives up its columns at the end. */
  *clusters(): Generator<readonly number[]> {
    const next = this.columns.make('int32', 0, -1);
    const last = this.columns.make('int32', 0, -1);
    for (let row = 0; row < this.rows; row++) {
      const top = this.root(row);
      if (top !== row) next.set(last.at(top) < 0 ? top : last.at(top), row);
      if (top !== row) last.set(top, row);
    }
    for (let row = 0; row < this.rows; row++) {
      if (last.at(row) < 0) continue;
      const members: number[] = [];
      for (let at = row; at >= 0; at = next.at(at)) members.push(at);
      yield members;
    }
    for (const column of [this.#parents, next, last]) column.release();
  }

  #above(row: number): number {
    const parent = this.#parents.at(row);
    return parent === 0 ? row : parent - 1;
  }
}

/** Components as they would be with some more pairs joined. */
export class Joined {
  readonly #parents = new Map<number, number>();

  constructor(private readonly components: Components) {}

  root(row: number): number {
    let at = this.components.root(row);
    for (let above = this.#parents.get(at); above !== undefined; above = this.#parents.get(at)) at = above;
    return at;
  }

  join(a: number, b: number): void {
    const [one, two] = [this.root(a), this.root(b)];
    if (one !== two) this.#parents.set(Math.max(one, two), Math.min(one, two));
  }
}
