// A number a document, in columns that stand in a file: only pages looked at lately are in memory, however many documents there
// are. What fits into memory is never written.
import { closeSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs';
import path from 'node:path';
import { privateFileMode, privateFolderMode, writeAllSync } from '../../runs/files/atomic';

/** What is read by position: a column, or an array of numbers. */
export interface Numbers {
  readonly length: number;
  at(index: number): number | undefined;
}

type Cells = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;
const kinds = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, int32: Int32Array, float64: Float64Array } as const;
export type ColumnKind = keyof typeof kinds;

const pageBytes = 1 << 16;
/** Of all pages together: a quarter of a million documents of a build fit. */
const mostBytes = 1 << 24;

interface Page {
  readonly memory: ArrayBuffer;
  readonly cells: Cells;
  readonly column: Column;
  readonly number: number;
  isTouched: boolean;
  isChanged: boolean;
}

export class Columns {
  readonly #resident: Page[] = [];
  readonly #mostPages: number;
  #hand = 0;
  #fd: number | undefined;
  #pagesInFile = 0;
  /** Pages of the file that are of no column any more. */
  readonly #freePlaces: number[] = [];

  /** @param file made when the first page has to leave memory, and removed by `close` */
  constructor(private readonly file: string, { bytes = mostBytes }: { readonly bytes?: number } = {}) {
    this.#mostPages = Math.max(2, Math.floor(bytes / pageBytes));
  }

  /** Of `length` entries, each `fill`; it grows by `push`. */
  make(kind: ColumnKind, length = 0, fill = 0): Column {
    return new Column(this, kind, length, fill);
  }

  close(): void {
    this.#resident.length = 0;
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
    rmSync(this.file, { force: true });
  }

  /**
   * Called by a column for a page it does not have: as it stands in the file, else full of `fill`. The memory of a page that goes
   * is that of the one that comes: made anew for each, it would wait for a collection.
   */
  load(column: Column, number: number, place: number | undefined, { kind, fill }: { readonly kind: ColumnKind; readonly fill: number }): Page {
    const isFull = this.#resident.length >= this.#mostPages;
    const at = isFull ? this.#free() : this.#resident.length;
    const memory = isFull ? this.#resident[at]!.memory : new ArrayBuffer(pageBytes);
    const cells = new kinds[kind](memory);
    if (place !== undefined) readAll(this.#fd!, bytesOf(cells), place * pageBytes);
    else if (isFull || fill !== 0) cells.fill(fill);
    const page: Page = { memory, cells, column, number, isTouched: true, isChanged: false };
    this.#resident[at] = page;
    return page;
  }

  /** Called by a column that is not needed any more; `places`: where its pages stand in the file. */
  release(column: Column, places: readonly (number | undefined)[]): void {
    const others = this.#resident.filter((page) => page.column !== column);
    this.#resident.splice(0, Infinity, ...others);
    this.#hand = 0;
    for (const place of places) if (place !== undefined) this.#freePlaces.push(place);
  }

  /** The place among the resident of a page that was not touched since the hand came by (the clock algorithm). */
  #free(): number {
    for (;;) {
      const at = this.#hand;
      this.#hand = (at + 1) % this.#resident.length;
      const page = this.#resident[at]!;
      if (page.isTouched) {
        page.isTouched = false;
        continue;
      }
      page.column.leave(page, page.isChanged ? (place) => this.#write(page, place) : undefined);
      return at;
    }
  }

  #write(page: Page, place: number | undefined): number {
    if (this.#fd === undefined) {
      mkdirSync(path.dirname(this.file), { recursive: true, mode: privateFolderMode });
      this.#fd = openSync(this.file, 'wx+', privateFileMode);
    }
    const where = place ?? this.#freePlaces.pop() ?? this.#pagesInFile++;
    writeAllSync(this.#fd, bytesOf(page.cells), where * pageBytes);
    return where;
  }
}

export class Column implements Numbers {
  readonly #pages: (Page | undefined)[] = [];
  /** Of pages in the file. */
  readonly #places: (number | undefined)[] = [];
  readonly #shift: number;
  readonly #mask: number;
  #length: number;

  constructor(private readonly home: Columns, readonly kind: ColumnKind, length: number, readonly fill: number) {
    const entries = pageBytes / kinds[kind].BYTES_PER_ELEMENT;
    this.#shift = Math.log2(entries);
    this.#mask = entries - 1;
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  at(index: number): number {
    return this.#page(index >>> this.#shift).cells[index & this.#mask]!;
  }

  set(index: number, value: number): void {
    const page = this.#page(index >>> this.#shift);
    page.isChanged = true;
    page.cells[index & this.#mask] = value;
  }

  push(value: number): void {
    this.set(this.#length++, value);
  }

  /** Gives up what it holds; it is empty then. */
  release(): void {
    this.home.release(this, this.#places);
    this.#pages.length = 0;
    this.#places.length = 0;
    this.#length = 0;
  }

  /** Called by the columns' home when the page goes; `write` when it is not in the file as it is. */
  leave({ number }: Page, write: ((place: number | undefined) => number) | undefined): void {
    if (write) this.#places[number] = write(this.#places[number]);
    this.#pages[number] = undefined;
  }

  #page(number: number): Page {
    const page = this.#pages[number] ?? this.home.load(this, number, this.#places[number], this);
    this.#pages[number] = page;
    page.isTouched = true;
    return page;
  }
}

function bytesOf(cells: Cells): Uint8Array {
  return new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength);
}

function readAll(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    const read = readSync(fd, bytes, done, bytes.length - done, position + done);
    if (read === 0) throw new Error('a page of a column is not in its file');
    done += read;
  }
}
