// JSON lines: an object a line; empty lines are no records.
import { badRecord, type BadRecord, type InputFile } from '../document';
import { readLines } from '../input/lines';
import { checkRecord, type PlacedRecord } from './record';

export async function* readJsonLines(file: InputFile, maximumBytes: number): AsyncGenerator<PlacedRecord | BadRecord> {
  for await (const { number, offset, text } of readLines(file, maximumBytes)) {
    const place = { file: file.name, line: number, offset };
    if (typeof text !== 'string') yield text;
    else if (text.trim() !== '') yield parseJson(text, place);
  }
}

/** Without quoting the text: it may be a patient's. */
export function parseJson(text: string, place: PlacedRecord['place']): PlacedRecord | BadRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return badRecord('not-json', place, place.record === undefined ? 'the line is not JSON' : 'the record is not JSON');
  }
  return checkRecord(value, place);
}
