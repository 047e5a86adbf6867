// How alike documents are, pair by pair: runs of words they share, of their texts as they are trained on. Texts are read from
// where the read step left them; nothing is kept of it but the runs of documents that were compared lately.
import path from 'node:path';
import type { PhiScreen } from '../../../documents/mix/schema';
import { wholeText } from '../build/normalise';
import { jaccard, type ShingleSettings, shinglesOf } from '../near/shingles';
import { OpenReaders } from './open-readers';
import { type DocumentRecord, documentOf, textsName } from './read-step';
import { RowsView, rowBytes } from './rows';
import { rowsName, screenedDocument } from './screen-step';

/** Where the documents of a piece are. */
export interface ComparedPiece {
  readonly readFolder: string;
  readonly screenFolder: string;
  readonly phiScreen: PhiScreen | undefined;
}

export interface CompareTask {
  readonly pieces: readonly ComparedPiece[];
  /** Two numbers a document: piece, of `pieces`, and row in it. */
  readonly documents: Uint32Array;
  /** Two numbers a pair, of `documents`. */
  readonly pairs: Uint32Array;
  readonly shingles: ShingleSettings;
}

/** Runs of words of documents that were compared lately are kept, up to this many of them. */
const mostShingles = 1 << 20;
const mostOpenFiles = 64;

export class Comparer {
  readonly #readers = new OpenReaders(mostOpenFiles);
  readonly #kept = new Map<string, Float64Array>();
  #count = 0;

  /** Jaccard similarity of each pair. */
  run({ pieces, documents, pairs, shingles }: CompareTask): Float64Array {
    const found = new Float64Array(pairs.length / 2);
    const held: (Float64Array | undefined)[] = [];
    let heldRuns = 0;
    const of = (document: number): Float64Array => {
      const known = held[document];
      if (known) return known;
      const runs = this.#shinglesOf(pieces[documents[2 * document]!]!, documents[2 * document + 1]!, shingles);
      heldRuns += runs.length;
      if (heldRuns > mostShingles) {
        held.length = 0;
        heldRuns = runs.length;
      }
      held[document] = runs;
      return runs;
    };
    for (let at = 0; at < found.length; at++) found[at] = jaccard(of(pairs[2 * at]!), of(pairs[2 * at + 1]!));
    return found;
  }

  close(): void {
    this.#readers.close();
  }

  #shinglesOf(piece: ComparedPiece, row: number, settings: ShingleSettings): Float64Array {
    const key = `${piece.screenFolder}/${row}`;
    const known = this.#kept.get(key);
    if (known) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const shingles = shinglesOf(this.#text(piece, row), settings);
    this.#kept.set(key, shingles);
    this.#count += shingles.length;
    for (const [oldest, one] of this.#kept) {
      if (this.#count <= mostShingles || oldest === key) break;
      this.#kept.delete(oldest);
      this.#count -= one.length;
    }
    return shingles;
  }

  #text({ readFolder, screenFolder, phiScreen }: ComparedPiece, row: number): string {
    const facts = new RowsView(this.#readers.of(path.join(screenFolder, rowsName)).bytes(row * rowBytes, rowBytes));
    const line: DocumentRecord = { kind: facts.isConversation(0) ? 'conversation' : 'text', id: '', place: { file: '' }, offset: 0, bytes: 0 };
    return wholeText(screenedDocument(documentOf(line, this.#readers.of(path.join(readFolder, textsName)).text(facts.offset(0), facts.storedBytes(0))), phiScreen));
  }
}
