// What is known of the list that is shown: pages as they come, and which must still be asked for. Pure.
import { type Facet, type FindingFilter, type FindingList, type FindingRow, type FindingsPage, pageRows } from '../../src/protocol/panels/findings';

export interface Pages {
  readonly list: FindingList;
  readonly filter: FindingFilter;
  /** Undefined until a first page came. */
  readonly total?: number;
  readonly sources: readonly Facet[];
  readonly kinds: readonly Facet[];
  /** By place of the page. */
  readonly rows: ReadonlyMap<number, readonly FindingRow[]>;
}

/** Pages kept at most: who scrolls through 100,000 rows leaves most of them behind. */
const mostPages = 40;

export function noPages(list: FindingList, filter: FindingFilter): Pages {
  return { list, filter, sources: [], kinds: [], rows: new Map() };
}

export function isOf({ list, filter }: Pages, other: Pick<Pages, 'list' | 'filter'>): boolean {
  return list === other.list && filter.source === other.filter.source && filter.kind === other.filter.kind;
}

/** With a page that came; one of another list or filter, asked for before, changes nothing. */
export function withPage(pages: Pages, page: FindingsPage): Pages {
  if (!isOf(pages, page)) return pages;
  const rows = new Map(pages.rows);
  const place = page.from / pageRows;
  rows.delete(place);
  rows.set(place, page.rows);
  // The oldest first, as a map keeps them.
  for (const old of [...rows.keys()].slice(0, Math.max(0, rows.size - mostPages))) rows.delete(old);
  return { ...pages, total: page.total, sources: page.sources, kinds: page.kinds, rows };
}

export function rowAt({ rows }: Pages, index: number): FindingRow | undefined {
  return rows.get(Math.floor(index / pageRows))?.[index % pageRows];
}

/** Where the pages begin that rows `from` up to but not including `to` need and are not there. */
export function missingPages({ rows, total }: Pages, from: number, to: number): number[] {
  if (total === undefined) return [0];
  const first = Math.floor(Math.max(0, from) / pageRows);
  const last = Math.floor((Math.min(total, to) - 1) / pageRows);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i).filter((place) => !rows.has(place)).map((place) => place * pageRows);
}
