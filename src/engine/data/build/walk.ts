// All records of a part in their order, each with what became of it: one pass over what the steps wrote.
import path from 'node:path';
import type { FoundDocument, MixStep } from '../../../protocol/mix-findings';
import { readJsonLinesFile } from '../steps/json-lines-file';
import { type RecordLine, recordsName } from '../steps/read-step';
import { type FindingLine, findingsName } from '../steps/screen-step';
import type { Corpus, CorpusPiece } from './corpus';
import type { Encoded } from './encoded';
import { partLabel } from './parts';
import type { Fate } from './table';

export interface WalkedRecord {
  readonly found: FoundDocument;
  readonly piece: number;
  readonly line: RecordLine;
  /** What the screen found, whether or not the document went on. */
  readonly finding: FindingLine | undefined;
  /** Of the table; −1 of a record that ended in the screen. */
  readonly row: number;
}

/** The step that a fate is decided in; undefined of what is trained on. */
export const stepOfFate: Readonly<Record<Fate, MixStep | undefined>> = {
  'training': undefined, 'held-out': 'held-out', 'group-held-out': 'held-out', 'equal-to-held-out': 'held-out', 'duplicate': 'exact', 'near-duplicate': 'near', 'near-held-out': 'near', 'refused': 'encode',
};

export function reasonOf({ table }: Corpus, encoded: Encoded, row: number): string {
  return encoded.refusalOf(row) ?? table.fateOf(row);
}

export function* walkPart(corpus: Corpus, part: number): Generator<WalkedRecord> {
  for (const [index, piece] of corpus.pieces.entries()) if (piece.part === part) yield* walkPiece(corpus, index, piece);
}

export function* walkPiece(corpus: Corpus, index: number, piece: CorpusPiece): Generator<WalkedRecord> {
  const source = partLabel(corpus.parts[piece.part]!);
  const findings = readJsonLinesFile<FindingLine>(path.join(piece.screenFolder, findingsName));
  let next = findings.next();
  let at = 0;
  let row = piece.firstRow;
  for (const line of readJsonLinesFile<RecordLine>(path.join(piece.readFolder, recordsName))) {
    const finding = !next.done && next.value.at === at ? next.value : undefined;
    if (finding) next = findings.next();
    const found = { source, document: line.id, place: line.place, position: piece.positionsBefore + at + 1 };
    yield { found, piece: index, line, finding, row: finding?.step === undefined ? row++ : -1 };
    at += 1;
  }
}
