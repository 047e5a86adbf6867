// A mix's input after the screen: its parts, the pieces they were cut into, the table of documents, and any document's text.
import path from 'node:path';
import type { SourceDocument } from '../read/document';
import { type DocumentRecord, documentOf, textsName } from '../steps/read-step';
import { RowsView, rowBytes } from '../steps/rows';
import { rowsName, type ScreenSummary, type ScreenTask, screenedDocument } from '../steps/screen-step';
import { OpenReaders } from '../steps/open-readers';
import type { PlannedPart } from './parts';
import type { DocumentTable } from './table';

export interface CorpusPiece {
  readonly part: number;
  readonly task: ScreenTask;
  readonly readFolder: string;
  readonly screenFolder: string;
  readonly summary: ScreenSummary;
  /** Of the table. */
  readonly firstRow: number;
  /** Records of the part before this piece. */
  readonly positionsBefore: number;
}

const mostOpenFiles = 64;

export class Corpus {
  readonly #readers = new OpenReaders(mostOpenFiles);

  constructor(readonly parts: readonly PlannedPart[], readonly pieces: readonly CorpusPiece[], readonly table: DocumentTable) {}

  /** As it is trained on: redacted where its source says so. */
  screened(row: number): SourceDocument {
    return screenedDocument(this.document(row), this.#piece(row).task.screen.phiScreen);
  }

  /** As it was read. */
  document(row: number): SourceDocument {
    const piece = this.#piece(row);
    const facts = new RowsView(this.#readers.of(path.join(piece.screenFolder, rowsName)).bytes(this.table.row.at(row) * rowBytes, rowBytes));
    return documentOf(
      { kind: facts.isConversation(0) ? 'conversation' : 'text', id: '', place: { file: '' }, offset: 0, bytes: 0 } satisfies DocumentRecord,
      this.readText(this.table.piece.at(row), facts.offset(0), facts.storedBytes(0)),
    );
  }

  /** A text of a piece as the read step stored it. */
  readText(piece: number, offset: number, bytes: number): string {
    return this.#readers.of(path.join(this.pieces[piece]!.readFolder, textsName)).text(offset, bytes);
  }

  close(): void {
    this.#readers.close();
    this.table.columns.close();
  }

  #piece(row: number): CorpusPiece {
    return this.pieces[this.table.piece.at(row)]!;
  }
}
