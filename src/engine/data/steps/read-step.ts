// The first step: the files of a piece to documents. Texts go to texts.bin one after the other, what is known of each record to
// records.jsonl, a line a record in the order of the files, bad ones too.
import type { ConversationMessage, Place, ReadOptions, SourceDocument } from '../read/document';
import type { PlannedFile } from '../plan/plan';
import { stampOf } from '../plan/hash';
import { inputChanged } from '../read/input/gone';
import { readDocuments } from '../read/read';
import type { OutputFile } from './artefact';
import { digest, stepFolder, writeStep, readStep } from './artefact';

/** Raised when the same files would be read otherwise than before. */
const readVersion = 1;

export interface ReadTask {
  readonly root: string;
  readonly files: readonly PlannedFile[];
  /** SHA-256 of each file, in their order. */
  readonly hashes: readonly string[];
  /** Of each file when it was hashed: what is kept under its hash must be its content. */
  readonly stamps: readonly string[];
  readonly read: ReadOptions;
  readonly groupBy: string | undefined;
}

export interface ReadSummary { readonly records: number; readonly documents: number; readonly textBytes: number }

interface Known { readonly id: string; readonly place: Place }
/** A document: where its text stands in texts.bin, and what later steps ask of it. */
export interface DocumentRecord extends Known {
  readonly kind: 'text' | 'conversation';
  readonly offset: number;
  readonly bytes: number;
  /** Absent: it is in a group of its own. Null: it lacks the field it is to be grouped by. */
  readonly group?: string | null;
  readonly pmid?: string;
  readonly licence?: string;
  readonly leftOut?: Readonly<Record<string, number>>;
}
export interface BadRecordLine extends Known { readonly kind: 'bad'; readonly reason: string; readonly detail: string }
export type RecordLine = DocumentRecord | BadRecordLine;

export const textsName = 'texts.bin';
export const recordsName = 'records.jsonl';

/** Called between documents with how many of the piece are done, and of how many where that is known; throws to end the step. */
export type Turn = (documents: number, of?: number) => Promise<void> | undefined;

export function readKey({ files, hashes, read, groupBy }: ReadTask): string {
  return digest([readVersion, files.map(({ name, format, range }, at) => [name, hashes[at], format, range]), read, groupBy]);
}

export function readFolder(task: ReadTask): string {
  return stepFolder(task.root, 'read', readKey(task));
}

export async function runRead(task: ReadTask, turn: Turn): Promise<ReadSummary> {
  const folder = readFolder(task);
  return await readStep<ReadSummary>(folder) ?? writeStep(folder, async (writer) => {
    const [texts, records] = [writer.file(textsName), writer.file(recordsName)];
    const counts = { records: 0, documents: 0, textBytes: 0 };
    for (const [at, file] of task.files.entries()) {
      for await (const item of readDocuments(file, file.format, task.read)) {
        counts.records += 1;
        const line: RecordLine = item.kind === 'bad' ? { kind: 'bad', id: '', place: item.place, reason: item.reason, detail: item.detail } : writeDocument(item, texts, task.groupBy);
        if (line.kind !== 'bad') {
          counts.documents += 1;
          counts.textBytes += line.bytes;
        }
        records.text(`${JSON.stringify(line)}\n`);
        await turn(counts.records);
      }
      if (await stampOf(file) !== task.stamps[at]) throw inputChanged(file);
    }
    return counts;
  });
}

function writeDocument(document: SourceDocument, texts: OutputFile, groupBy: string | undefined): DocumentRecord {
  const offset = texts.length;
  const bytes = texts.text(document.kind === 'text' ? document.text : JSON.stringify(document.messages));
  const { id, place, licence, leftOut, kind } = document;
  const group = groupOf(document, groupBy);
  const pmid = document.attribute('pmid');
  return {
    kind, id, place, offset, bytes,
    ...(group === undefined ? {} : { group }), ...(pmid === undefined ? {} : { pmid }), ...(licence === undefined ? {} : { licence }),
    ...(leftOut && Object.keys(leftOut).length > 0 ? { leftOut } : {}),
  };
}

function groupOf(document: SourceDocument, groupBy: string | undefined): string | null | undefined {
  const field = groupBy ?? document.naturalGroup;
  if (field === undefined) return undefined;
  const { file } = document.place;
  const value = document.attribute(field) ?? (field === 'file' ? file : field === 'folder' ? file.replace(/\/?[^/]*$/, '') : undefined);
  return value === undefined ? null : `${field}:${value}`;
}

/** A document as it was read, from its line and its text. */
export function documentOf(line: DocumentRecord, text: string): SourceDocument {
  const known = { id: line.id, place: line.place, attribute: (name: string) => (name === 'pmid' ? line.pmid : undefined), ...(line.licence === undefined ? {} : { licence: line.licence }) };
  return line.kind === 'text' ? { kind: 'text', text, ...known } : { kind: 'conversation', messages: JSON.parse(text) as ConversationMessage[], ...known };
}
