// What a reader makes of a file: documents, and records that cannot be used, each with its place. Never an exception
// for a bad record; the mix counts them.
import type { ChatMessage } from '../../tokenizer/tokenizer';

export interface Place {
  /** As the mix names it: relative to the mix file's folder, POSIX separators. */
  readonly file: string;
  readonly line?: number;
  /** Byte of the file, decompressed, at which the record begins. */
  readonly offset?: number;
  /** Key or position of a record in a JSON file. */
  readonly record?: string;
}

/** `trains: false` marks an answer that is context only (a loss weight of 0). */
export interface ConversationMessage extends ChatMessage { readonly trains?: boolean }

interface DocumentBase {
  /** Names the document in reports: an article's id, else file and line. */
  readonly id: string;
  readonly place: Place;
  /** What `groupBy` may name, such as `pmid`, by name. */
  readonly attribute: (name: string) => string | undefined;
  /** Attribute documents are grouped by when the mix names none, such as `pmid`. */
  readonly naturalGroup?: string;
  readonly licence?: string;
  /** Parts of the document that are not in its text, by kind: tables, references. */
  readonly leftOut?: Readonly<Record<string, number>>;
}

export interface TextDocument extends DocumentBase { readonly kind: 'text'; readonly text: string }
export interface ConversationDocument extends DocumentBase { readonly kind: 'conversation'; readonly messages: readonly ConversationMessage[] }
export type SourceDocument = TextDocument | ConversationDocument;

export interface BadRecord {
  readonly kind: 'bad';
  /** Kebab case; what is counted. */
  readonly reason: string;
  readonly place: Place;
  /** One sentence for a person, without the record's text: it may be a patient's. */
  readonly detail: string;
  readonly key?: string;
}

export type ReadItem = SourceDocument | BadRecord;

/** A file to read: where it is, and what it is called in messages and ids. */
export interface InputFile {
  /** Absolute path. */
  readonly path: string;
  readonly name: string;
  /** Only these bytes are read: whole lines of a file that is not compressed. */
  readonly range?: LineRange;
}

export interface LineRange {
  readonly start: number;
  /** Past the last byte. */
  readonly end: number;
  /** Lines before `start`. */
  readonly linesBefore: number;
}

export interface ReadOptions {
  /** Field or column that holds the text, for records. */
  readonly textField: string;
  /** Records larger than this are set aside (bytes of UTF-8). */
  readonly maximumRecordBytes: number;
  /** Whether tables, and captions of tables and figures, are part of an article's or page's text. */
  readonly tables: 'drop' | 'keep';
  readonly captions: 'drop' | 'keep';
}

export function badRecord(reason: string, place: Place, detail: string, key?: string): BadRecord {
  return { kind: 'bad', reason, place, detail, ...(key === undefined ? {} : { key }) };
}

export function placeText({ file, line, record, offset }: Place): string {
  const known = `${line === undefined ? '' : `:${line}`}${record === undefined ? '' : `#${record}`}`;
  return `${file}${known === '' && offset ? ` at byte ${offset}` : known}`;
}
