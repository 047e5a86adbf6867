// Records of a file, whatever holds them: JSON lines, one JSON value, CSV, TSV or Parquet.
import type { BadRecord, InputFile } from '../document';
import { setAsideFrom } from '../input/failure';
import { peek } from '../input/open';
import { readCsv } from './csv';
import { readJsonLines } from './json-lines';
import { readJsonValue } from './json-value';
import { readParquet } from './parquet';
import { parseRecord, type PlacedRecord } from './record';

export type Container = 'json' | 'csv' | 'tsv' | 'parquet';

/** By the extension before `.gz` or `.zst`; JSON when it says nothing. */
export function containerOf(name: string): Container {
  const extension = extensionOf(name);
  if (extension === 'csv' || extension === 'parquet') return extension;
  return extension === 'tsv' || extension === 'tab' ? 'tsv' : 'json';
}

/** Lower case, without the dot; that of the file within when it is compressed. */
export function extensionOf(name: string): string | undefined {
  return /\.([^./\\]+)$/.exec(name.toLowerCase().replace(/\.(gz|gzip|zst|zstd)$/, ''))?.[1];
}

/** What follows a place where the file cannot be read is one bad record. `columns`: of a CSV file without a header. */
export async function* readRecords(file: InputFile, container: Container, maximumBytes: number, columns?: readonly string[]): AsyncGenerator<PlacedRecord | BadRecord> {
  try {
    yield* recordsIn(file, container, maximumBytes, columns);
  } catch (error) {
    yield setAsideFrom(file, error);
  }
}

async function* recordsIn(file: InputFile, container: Container, maximumBytes: number, columns: readonly string[] | undefined): AsyncGenerator<PlacedRecord | BadRecord> {
  if (container === 'parquet') yield* readParquet(file);
  else if (container === 'csv') yield* readCsv(file, ',', maximumBytes, columns);
  else if (container === 'tsv') yield* readCsv(file, '\t', maximumBytes);
  else yield* readJson(file, maximumBytes);
}

async function* readJson(file: InputFile, maximumBytes: number): AsyncGenerator<PlacedRecord | BadRecord> {
  if (file.range) {
    yield* readJsonLines(file, maximumBytes);
    return;
  }
  const start = (await peek(file, 1 << 16)).trimStart();
  if (start.startsWith('[')) yield* readJsonValue(file, true, maximumBytes);
  else if (isOneObject(file.name, start)) yield* readJsonValue(file, false, maximumBytes);
  else yield* readJsonLines(file, maximumBytes);
}

/** One object, not an object a line. A .json file may hold JSON lines, a .jsonl file never one object over many lines. */
function isOneObject(name: string, start: string): boolean {
  if (!start.startsWith('{') || ['jsonl', 'ndjson'].includes(extensionOf(name) ?? '')) return false;
  const lineEnd = start.indexOf('\n');
  const moreFollows = lineEnd >= 0 && start.slice(lineEnd).trim() !== '';
  return !moreFollows || parseRecord(start.slice(0, lineEnd)) === undefined;
}
