// One JSON value a file: a list of records, an object whose values are records (its keys name them), or a single record.
import { badRecord, type BadRecord, type InputFile } from '../document';
import { decodeUtf8, tooLarge } from '../input/lines';
import { readBytes } from '../input/open';
import { parseJson } from './json-lines';
import { checkRecord, isRecord, type JsonRecord, type PlacedRecord } from './record';
import { type JsonDamage, type JsonElement, JsonSplitter } from './split-json';

/** Entries of an object that must all be objects for it to be taken for an object of records. */
const entriesLookedAt = 20;

async function* elements(file: InputFile, maximumBytes: number): AsyncGenerator<JsonElement | JsonDamage> {
  const splitter = new JsonSplitter(maximumBytes);
  for await (const chunk of readBytes(file)) yield* splitter.push(chunk);
  yield* splitter.finish();
}

/** `isList`: the value begins with a bracket. Elements that are damaged or too large are set aside, the others read. */
export async function* readJsonValue(file: InputFile, isList: boolean, maximumBytes: number): AsyncGenerator<PlacedRecord | BadRecord> {
  if (isList) {
    for await (const element of elements(file, maximumBytes)) yield listElement(element, file, maximumBytes);
    return;
  }
  const held: (Entry | BadRecord)[] = [];
  let heldBytes = 0;
  let form: 'record' | 'records' | undefined;
  for await (const element of elements(file, maximumBytes)) {
    const entry = toEntry(element, file, maximumBytes);
    if (form === 'records') {
      yield entryRecord(entry);
      continue;
    }
    held.push(entry);
    heldBytes += element.kind === 'element' ? element.bytes?.length ?? Infinity : 0;
    if (entry.kind === 'entry' && !isRecord(entry.value)) form = 'record';
    if (form === 'record' && heldBytes > maximumBytes) {
      yield tooLarge({ file: file.name, offset: 0 }, 'the record', maximumBytes);
      return;
    }
    if (form === undefined && (held.length >= entriesLookedAt || heldBytes > maximumBytes)) {
      form = 'records';
      for (const one of held.splice(0)) yield entryRecord(one);
    }
  }
  if (form === 'record') yield singleRecord(held, file);
  else for (const one of held) yield entryRecord(one);
}

interface Entry { readonly kind: 'entry'; readonly key: string; readonly value: unknown; readonly place: PlacedRecord['place'] }

function listElement(element: JsonElement | JsonDamage, file: InputFile, maximumBytes: number): PlacedRecord | BadRecord {
  if (element.kind === 'damage') return damaged(element, file);
  const place = { file: file.name, record: String(element.position), offset: element.offset };
  // The line of a broken record helps to find it; that of a good one is not its identity.
  const badPlace = { ...place, line: element.line };
  if (!element.bytes) return tooLarge(badPlace, 'the record', maximumBytes);
  const text = decodeUtf8(element.bytes);
  if (text === undefined) return badRecord('not-utf8', badPlace, 'the record is not UTF-8');
  const parsed = parseJson(text, place);
  return parsed.kind === 'bad' ? { ...parsed, place: badPlace } : parsed;
}

function damaged({ line, offset, detail }: JsonDamage, file: InputFile): BadRecord {
  return badRecord('not-json', { file: file.name, line, offset }, `the file is not JSON: ${detail}`);
}

function toEntry(element: JsonElement | JsonDamage, file: InputFile, maximumBytes: number): Entry | BadRecord {
  if (element.kind === 'damage') return damaged(element, file);
  const place = { file: file.name, line: element.line, offset: element.offset };
  if (!element.bytes) return tooLarge(place, 'the record', maximumBytes);
  const text = decodeUtf8(element.bytes);
  if (text === undefined) return badRecord('not-utf8', place, 'the record is not UTF-8');
  const parsed = parseJson(`{${text}}`, place);
  const [key, value] = parsed.kind === 'record' ? Object.entries(parsed.value)[0] ?? [] : [];
  return key === undefined ? badRecord('not-json', place, 'the entry is not JSON') : { kind: 'entry', key, value, place };
}

function entryRecord(entry: Entry | BadRecord): PlacedRecord | BadRecord {
  if (entry.kind === 'bad') return entry;
  const { file, offset } = entry.place;
  return checkRecord(entry.value, { file, record: entry.key, ...(offset === undefined ? {} : { offset }) });
}

function singleRecord(held: readonly (Entry | BadRecord)[], file: InputFile): PlacedRecord | BadRecord {
  const bad = held.find((entry) => entry.kind === 'bad');
  if (bad) return bad;
  const value: JsonRecord = Object.fromEntries(held.flatMap((entry) => (entry.kind === 'entry' ? [[entry.key, entry.value]] : [])));
  return { kind: 'record', value, place: { file: file.name } };
}
