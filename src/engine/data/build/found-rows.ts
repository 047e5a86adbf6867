// Ids and places of the rows that lists name beside their own: what was kept instead, the documents of a cluster. They are found in
// one pass over what the read step wrote and kept in a file, so that lists of any length take no memory.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { FoundDocument } from '../../../protocol/mix-findings';
import { privateFolderMode } from '../../../runs/files/atomic';
import type { Column } from '../columns';
import { OutputFile } from '../steps/artefact';
import { TextReader } from '../steps/text-reader';
import type { Corpus } from './corpus';
import { walkPiece } from './walk';

export class FoundRows {
  readonly #wanted: Column;
  /** Of each row that is wanted: where it stands in the file. */
  readonly #starts: Column;
  readonly #lengths: Column;
  #reader: TextReader | undefined;

  /** @param file made by `find` and removed by `close` */
  constructor(private readonly corpus: Corpus, private readonly file: string) {
    const { columns } = corpus.table;
    [this.#wanted, this.#starts, this.#lengths] = [columns.make('uint8'), columns.make('float64'), columns.make('uint32')];
  }

  want(row: number): void {
    this.#wanted.set(row, 1);
  }

  isWanted(row: number): boolean {
    return this.#wanted.at(row) === 1;
  }

  /** Only pieces that have a wanted row are read. */
  find(): void {
    mkdirSync(path.dirname(this.file), { recursive: true, mode: privateFolderMode });
    const written = new OutputFile(this.file);
    try {
      for (const [index, piece] of this.corpus.pieces.entries()) {
        if (!this.#hasWanted(piece.firstRow, piece.summary.rows)) continue;
        for (const { row, found } of walkPiece(this.corpus, index, piece)) {
          if (row < 0 || !this.isWanted(row)) continue;
          this.#starts.set(row, written.length);
          this.#lengths.set(row, written.text(JSON.stringify(found)));
        }
      }
    } finally {
      written.close();
    }
    this.#reader = new TextReader(this.file, 0);
  }

  /** Undefined of a row that was not wanted. */
  get(row: number): FoundDocument | undefined {
    if (!this.isWanted(row)) return undefined;
    return JSON.parse(this.#reader!.text(this.#starts.at(row), this.#lengths.at(row))) as FoundDocument;
  }

  close(): void {
    this.#reader?.close();
    rmSync(this.file, { force: true });
    for (const column of [this.#wanted, this.#starts, this.#lengths]) column.release();
  }

  #hasWanted(first: number, rows: number): boolean {
    for (let row = first; row < first + rows; row++) if (this.isWanted(row)) return true;
    return false;
  }
}
