// What was encoded of a mix, a row a stored document: where its tokens are on the disk, and which row of the table it is of.
// Pieces of one split document are neighbours.
import path from 'node:path';
import { maskName, refusals, splitFlag, tokensName, truncatedFlag } from '../steps/encode-step';
import { OpenReaders } from '../steps/open-readers';
import type { TextReader } from '../steps/text-reader';
import type { Column } from '../columns';
import type { Corpus } from './corpus';
import { noSet } from './table';

const mostOpenFiles = 128;

export class Encoded {
  /** Row of the table, first token in its piece, tokens, bytes that bear loss: of each stored document that is left. */
  readonly rows: Column;
  readonly starts: Column;
  readonly lengths: Column;
  readonly bytes: Column;
  readonly flags: Column;
  /** Why a row has no tokens, by row: a refusal plus one. */
  readonly #refused: Column;
  readonly #readers = new OpenReaders(mostOpenFiles);

  constructor(private readonly corpus: Corpus, private readonly folders: readonly string[]) {
    const { columns } = corpus.table;
    const column = (): Column => columns.make('uint32');
    [this.rows, this.starts, this.lengths, this.bytes, this.flags] = [column(), column(), column(), column(), column()];
    this.#refused = columns.make('uint8');
  }

  /** Stored documents that are left. */
  get length(): number {
    return this.rows.length;
  }

  /** Why a row has no tokens; undefined of one that has, or that ended before. */
  refusalOf(row: number): string | undefined {
    return refusals[this.#refused.at(row) - 1];
  }

  /** @param words of a row of `bytes` */
  addPiece(piece: number, bytes: Buffer, words: number): void {
    const { table, pieces } = this.corpus;
    for (let at = 0; at < bytes.length; at += 4 * words) {
      const row = pieces[piece]!.firstRow + bytes.readUInt32LE(at);
      // An earlier build may have encoded more than is left now.
      if (!table.isLeft(row)) continue;
      const length = bytes.readUInt32LE(at + 8);
      if (length === 0) {
        this.#refused.set(row, bytes.readUInt32LE(at + 16) + 1);
        table.settle(row, 'refused');
        table.heldOutSet.set(row, noSet);
        continue;
      }
      this.rows.push(row);
      this.starts.push(bytes.readUInt32LE(at + 4));
      this.lengths.push(length);
      this.bytes.push(bytes.readUInt32LE(at + 12));
      this.flags.push(bytes.readUInt32LE(at + 16));
    }
  }

  isSplit(document: number): boolean {
    return (this.flags.at(document) & splitFlag) !== 0;
  }

  isTruncated(document: number): boolean {
    return (this.flags.at(document) & truncatedFlag) !== 0;
  }

  /** Little-endian words. */
  tokensOf(document: number): Buffer {
    return this.#reader(document, tokensName).bytes(4 * this.starts.at(document), 4 * this.lengths.at(document));
  }

  /** One byte a token, of a mix with instructions. */
  maskOf(document: number): Buffer {
    return this.#reader(document, maskName).bytes(this.starts.at(document), this.lengths.at(document));
  }

  close(): void {
    this.#readers.close();
  }

  #reader(document: number, name: string): TextReader {
    return this.#readers.of(path.join(this.folders[this.corpus.table.piece.at(this.rows.at(document))]!, name));
  }
}
