// The clusters of near-duplicates that are listed, in columns: what is held of them in memory does not grow with how many they are
// and how many documents are in each.
import type { Column, Columns } from '../columns';

export interface NearCluster {
  /** The kept one or those held out first; the first of them when they are very many. */
  readonly rows: readonly number[];
  /** Further ones. */
  readonly more: number;
  readonly kept: readonly boolean[];
  /** To the first. */
  readonly jaccard: readonly number[];
}

export class ListedClusters implements Iterable<NearCluster> {
  readonly #rows: Column;
  readonly #kept: Column;
  readonly #jaccard: Column;
  /** Of each cluster: where its rows end. */
  readonly #ends: Column;
  readonly #more: Column;

  constructor(columns: Columns) {
    [this.#rows, this.#ends, this.#more] = [columns.make('uint32'), columns.make('uint32'), columns.make('uint32')];
    this.#kept = columns.make('uint8');
    this.#jaccard = columns.make('float64');
  }

  get length(): number {
    return this.#ends.length;
  }

  push({ rows, kept, jaccard, more }: NearCluster): void {
    rows.forEach((row, at) => {
      this.#rows.push(row);
      this.#kept.push(kept[at]! ? 1 : 0);
      this.#jaccard.push(jaccard[at]!);
    });
    this.#ends.push(this.#rows.length);
    this.#more.push(more);
  }

  *[Symbol.iterator](): Generator<NearCluster> {
    let start = 0;
    for (let at = 0; at < this.length; at++) {
      const end = this.#ends.at(at);
      const places = Array.from({ length: end - start }, (_, place) => start + place);
      yield {
        rows: places.map((place) => this.#rows.at(place)), kept: places.map((place) => this.#kept.at(place) === 1),
        jaccard: places.map((place) => this.#jaccard.at(place)), more: this.#more.at(at),
      };
      start = end;
    }
  }
}
