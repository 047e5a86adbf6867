// Question files to records: a record is the JSON object as it stands. Reads JSON lines, a JSON list, PubMedQA's form (one
// JSON object keyed by PubMed id), comma-separated rows and Parquet. What cannot be read is set aside and said, with file and line.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { userError, type Problem } from '../../base/errors/problem';
import { CsvError, parseCsv } from '../../base/text/csv';
import { readParquet } from '../data/read/records/parquet';
import type { TaskDocument } from './task/fields';
import type { Task } from './task/task';

export interface SourcedDocument {
  readonly document: TaskDocument;
  readonly file: string;
  /** Line in a file of JSON lines, from 1. */
  readonly line?: number;
  /** Key or position in a JSON file. */
  readonly key?: string;
}

export interface LoadedDocuments {
  readonly documents: readonly SourcedDocument[];
  /** Records that are no JSON objects; severity warning. */
  readonly setAside: readonly Problem[];
}

export async function loadDocuments(files: readonly string[]): Promise<LoadedDocuments> {
  const documents: SourcedDocument[] = [];
  const setAside: Problem[] = [];
  for (const file of files) {
    if (file.toLowerCase().endsWith('.parquet')) {
      await readTable(file, documents, setAside);
      continue;
    }
    const text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
    if (file.toLowerCase().endsWith('.csv')) readRows(text, file, documents);
    else if (isOneJsonValue(file, text)) readWhole(text, file, documents, setAside);
    else readLines(text, file, documents, setAside);
  }
  return { documents, setAside };
}

/** The records of one split of a task, in the form its templates are written for. */
export async function loadSplit(task: Task, split: string): Promise<LoadedDocuments> {
  const loaded = await loadDocuments(task.splits.get(split) ?? []);
  return { ...loaded, documents: task.normalise(loaded.documents) };
}

/** Files named .json hold one value, unless they hold JSON lines under the wrong name. */
function isOneJsonValue(file: string, text: string): boolean {
  if (!file.toLowerCase().endsWith('.json')) return false;
  const [firstLine = '', second = ''] = text.trimStart().split('\n', 2);
  return second.trim() === '' || parseObject(firstLine) === undefined;
}

function readLines(text: string, file: string, documents: SourcedDocument[], setAside: Problem[]): void {
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const document = parseObject(line);
    if (document) documents.push({ document, file, line: index + 1 });
    else setAside.push(notARecord({ file, line: index + 1 }));
  }
}

async function readTable(file: string, documents: SourcedDocument[], setAside: Problem[]): Promise<void> {
  for await (const row of readParquet({ path: file, name: file })) {
    const key = row.place.record ?? '';
    if (row.kind === 'record') documents.push({ document: asJson(row.value) as TaskDocument, file, key });
    else setAside.push({ code: 'question-not-a-record', severity: 'warning', file, key, message: `${row.detail}; set aside`, next: 'Mend or remove it.' });
  }
}

/** Columns of 64-bit whole numbers come as bigint, of times as dates. */
function asJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(asJson);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asJson(one)])) : value;
}

/** Rows without a header: a record's only field is `row`. */
function readRows(text: string, file: string, documents: SourcedDocument[]): void {
  try {
    for (const { line, fields } of parseCsv(text)) documents.push({ document: { row: fields }, file, line });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw userError({ code: 'questions-not-csv', file, line: error.line, message: 'this is no row of comma-separated values', next: 'Close the quotes, and double those inside a field.' });
  }
}

function readWhole(text: string, file: string, documents: SourcedDocument[], setAside: Problem[]): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the file, which may hold patients' words.
    throw userError({ code: 'questions-not-json', file, message: 'the file is not JSON', next: 'Mend the JSON, or name the file .jsonl when it has one record a line.' });
  }
  if (typeof value !== 'object' || value === null) throw userError({ code: 'questions-not-records', file, message: 'the file holds neither a list nor an object of records', next: 'Give a list of objects.' });
  for (const [key, document] of Object.entries(value)) {
    if (isObject(document)) documents.push({ document, file, key });
    else setAside.push(notARecord({ file, key }));
  }
}

function notARecord(place: { readonly file: string; readonly line?: number; readonly key?: string }): Problem {
  return { code: 'question-not-a-record', severity: 'warning', ...place, message: 'not a JSON object; set aside', next: 'Mend or remove it.' };
}

function parseObject(text: string): TaskDocument | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is TaskDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Identity of a record across runs: SHA-256 of its JSON, indented by two, as the harness's doc_hash. Equal to the
 * harness's own for records without fractions written as 1.0 and without keys that are whole numbers.
 */
export function documentHash(document: TaskDocument): string {
  return sha256(JSON.stringify(document, undefined, 2));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
