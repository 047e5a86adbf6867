// CSV and TSV as csv-parse reads them: quoted fields, delimiters and line ends within quotes. The first row is the header, unless
// the columns are known beforehand.
import { parse, type Info } from 'csv-parse';
import { badRecord, type BadRecord, type InputFile } from '../document';
import { InputFailure } from '../input/failure';
import { decodeUtf8 } from '../input/lines';
import { readBytes } from '../input/open';
import type { PlacedRecord } from './record';

export type Delimiter = ',' | '\t';

const mark = Buffer.from('\uFEFF');

interface Row { readonly info: Info; readonly record: string[] }

/** A row without as many fields as the header is set aside. Throws InputFailure where quotes are broken: no row after that is certain. */
export async function* readCsv(file: InputFile, delimiter: Delimiter, maximumBytes: number, columns?: readonly string[]): AsyncGenerator<PlacedRecord | BadRecord> {
  let header = columns;
  let last = { bytes: 0, lines: 0 };
  for await (const { info, record: fields } of rows(file, delimiter, maximumBytes, () => last)) {
    const place = { file: file.name, line: last.lines + 1, offset: last.bytes };
    last = { bytes: info.bytes, lines: info.lines };
    const texts = fields.map((field) => decodeUtf8(Buffer.from(field, 'latin1')));
    if (!header) {
      header = headerOf(texts);
      continue;
    }
    if (texts.includes(undefined)) yield badRecord('not-utf8', place, 'the row is not UTF-8');
    else if (texts.length !== header.length) yield badRecord('column-count', place, `the row has ${texts.length} fields and the header ${header.length}`);
    else yield { kind: 'record', value: Object.fromEntries(header.map((name, i) => [name, texts[i]])), place };
  }
}

/** Fields of the first row, comma-separated; undefined when there is none, or none that can be read. */
export async function firstRow(file: InputFile, maximumBytes: number): Promise<string[] | undefined> {
  try {
    for await (const { record } of rows(file, ',', maximumBytes, () => ({ bytes: 0, lines: 0 }))) return record;
  } catch (error) {
    if (!(error instanceof InputFailure)) throw error;
  }
  return undefined;
}

function headerOf(names: readonly (string | undefined)[]): string[] {
  if (names.includes(undefined)) throw new InputFailure('not-utf8', 0, 'the header is not UTF-8', 1);
  const header = names.map((name) => name!.trim());
  const twice = header.find((name, i) => header.indexOf(name) < i);
  if (twice !== undefined) throw new InputFailure('column-twice', 0, `the header names the column ${twice} twice`, 1);
  return header;
}

async function* rows(file: InputFile, delimiter: Delimiter, maximumBytes: number, last: () => { readonly bytes: number; readonly lines: number }): AsyncGenerator<Row> {
  const ready: Row[] = [];
  let failure: Error | undefined;
  // Latin-1 keeps every byte as it is; each field is then decoded strictly.
  const parser = parse({
    delimiter, encoding: 'latin1', info: true, relax_column_count: true, skip_empty_lines: true,
    relax_quotes: true, record_delimiter: ['\r\n', '\n'], max_record_size: maximumBytes,
  });
  parser.on('data', (row: Row) => { ready.push(row); });
  const ended = new Promise<void>((resolve) => {
    parser.once('end', resolve);
    parser.on('error', (error) => { failure ??= error; resolve(); });
  });
  const broken = (error: Error): InputFailure => {
    const { bytes, lines } = last();
    const isTooLarge = (error as { code?: string }).code === 'CSV_MAX_RECORD_SIZE';
    return new InputFailure(isTooLarge ? 'record-too-large' : 'not-csv', bytes, isTooLarge
      ? `a row is larger than ${maximumBytes} bytes: perhaps a quote is never closed; nothing after it was read` : 'quotes are broken here; nothing after it was read', lines + 1);
  };
  try {
    for await (const chunk of withoutMark(readBytes(file))) {
      await new Promise<void>((resolve) => { if (failure) resolve(); else { parser.write(chunk, () => { resolve(); }); } });
      yield* ready.splice(0);
      if (failure) throw broken(failure);
    }
    parser.end();
    await ended;
    yield* ready.splice(0);
    if (failure) throw broken(failure);
  } finally {
    parser.destroy();
  }
}

/** A byte order mark would stand before the quote of the first field; csv-parse takes it for an encoding of its own. */
async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of chunks) {
    yield isFirst && chunk.subarray(0, mark.length).equals(mark) ? chunk.subarray(mark.length) : chunk;
    isFirst = false;
  }
}
