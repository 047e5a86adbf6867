// JSON objects of a file, one a line or all in one list or object, each with its place.
import { open, readFile } from 'node:fs/promises';
import { badRecord, type BadRecord, type InputFile, type Place } from './document';
import { readLines } from './bytes';

export type JsonRecord = Readonly<Record<string, unknown>>;
export interface PlacedRecord { readonly kind: 'record'; readonly value: JsonRecord; readonly place: Place }

/** Records of JSON lines, of a JSON list, or of a JSON object whose values are the records (`record` is then the key). */
export async function* readRecords(file: InputFile): AsyncGenerator<PlacedRecord | BadRecord> {
  if (await isOneJsonValue(file.path)) yield* recordsOfValue(file);
  else yield* recordsOfLines(file);
}

async function* recordsOfLines(file: InputFile): AsyncGenerator<PlacedRecord | BadRecord> {
  for await (const { number, text } of readLines(file.path)) {
    const place: Place = { file: file.name, line: number };
    if (text === undefined) yield badRecord('not-utf8', place, 'the line is not UTF-8');
    else if (text.trim() !== '') yield toRecord(text, place);
  }
}

function toRecord(text: string, place: Place): PlacedRecord | BadRecord {
  try {
    return checkRecord(JSON.parse(text), place);
  } catch {
    return badRecord('not-json', place, 'the line is not JSON');
  }
}

async function* recordsOfValue(file: InputFile): AsyncGenerator<PlacedRecord | BadRecord> {
  const text = (await readFile(file.path, 'utf8')).replace(/^\uFEFF/, '');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const line = lineOfJsonError(text, (error as Error).message);
    yield badRecord('not-json', { file: file.name, ...(line === undefined ? {} : { line }) }, `the file is not JSON: ${safeMessage((error as Error).message)}`);
    return;
  }
  if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) yield checkRecord(entry, { file: file.name, record: String(index + 1) });
  } else {
    for (const [key, entry] of Object.entries(value as object)) yield checkRecord(entry, { file: file.name, record: key });
  }
}

function checkRecord(value: unknown, place: Place): PlacedRecord | BadRecord {
  return isRecord(value) ? { kind: 'record', value, place } : badRecord('not-an-object', place, 'the record is not a JSON object');
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Node quotes a stretch of the text in its message; a patient's words do not belong in an error. */
function safeMessage(message: string): string {
  return message.replace(/[,:]? ?(\.\.\.)?".*$/s, '').trim() || 'syntax error';
}

function lineOfJsonError(text: string, message: string): number | undefined {
  const position = /position (\d+)/.exec(message)?.[1];
  return position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length;
}

/** A list or one object, not an object a line. A .json file may hold JSON lines, a .jsonl file never one spread object. */
async function isOneJsonValue(file: string): Promise<boolean> {
  const start = (await peek(file, 1 << 16)).trimStart();
  if (start.startsWith('[')) return true;
  if (/\.(jsonl|ndjson)$/i.test(file)) return false;
  const lineEnd = start.indexOf('\n');
  const moreFollows = lineEnd >= 0 && start.slice(lineEnd).trim() !== '';
  return !moreFollows || parseRecord(start.slice(0, lineEnd)) === undefined;
}

export function parseRecord(text: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The first `bytes` of a file as text, without a byte order mark. */
export async function peek(file: string, bytes: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(bytes);
    const { bytesRead } = await handle.read(buffer, 0, bytes, 0);
    return buffer.subarray(0, bytesRead).toString('utf8').replace(/^\uFEFF/, '');
  } finally {
    await handle.close();
  }
}

/** A scalar of a record by its dotted name, as text. */
export function scalarAt(record: JsonRecord, name: string): string | undefined {
  let value: unknown = record[name];
  if (value === undefined) {
    value = record;
    for (const part of name.split('.')) value = isRecord(value) ? value[part] : undefined;
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
