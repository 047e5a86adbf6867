// Comma-separated values (RFC 4180): quoted fields may hold commas, line ends and doubled quotes.

export interface CsvRow {
  /** Line its first field is on, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** Rows of a text; empty lines are none. */
export function parseCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  let line = 1;
  let started = 1;
  let fields: string[] = [];
  while (field.lastIndex < text.length || fields.length > 0) {
    const match = field.exec(text);
    if (!match) throw new CsvError(line);
    const [whole, quoted, plain = '', end = ''] = match;
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += whole.split('\n').length - 1;
    if (end === ',') continue;
    if (fields.length > 1 || fields[0] !== '') rows.push({ line: started, fields });
    fields = [];
    started = line;
    if (end === '') break;
  }
  return rows;
}

/** A quote that is not closed, or stands inside a field that is not quoted. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
  constructor(readonly line: number) {
    super(`line ${line} is no row of comma-separated values`);
  }
}

/** A row, each field quoted when it must be. */
export function csvRow(fields: readonly string[]): string {
  return fields.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',');
}
