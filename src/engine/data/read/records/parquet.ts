// Parquet, a row group at a time: Snappy, gzip, Brotli, LZ4 and Zstandard, nested columns too.
import { open, type FileHandle } from 'node:fs/promises';
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { badRecord, type BadRecord, type InputFile } from '../document';
import { decodeUtf8 } from '../input/lines';
import { inputGone } from '../input/gone';
import type { PlacedRecord } from './record';

/** Largest row group that is read, uncompressed; writers make them of some megabytes. */
const maximumGroupBytes = 1 << 29;
/** What a text that is not UTF-8 reads as. */
const notUtf8 = Symbol('not UTF-8');

export async function* readParquet(file: InputFile): AsyncGenerator<PlacedRecord | BadRecord> {
  const handle = await open(file.path, 'r').catch((error: unknown) => { throw inputGone(file, error); });
  try {
    const buffer = await bufferOf(handle);
    let metadata: FileMetaData;
    try {
      metadata = await parquetMetadataAsync(buffer);
    } catch {
      yield badRecord('not-parquet', { file: file.name }, 'the file has no readable Parquet footer: it is cut off, or of another format');
      return;
    }
    yield* rowGroups(file, buffer, metadata);
  } finally {
    await handle.close();
  }
}

async function* rowGroups(file: InputFile, source: AsyncBuffer, metadata: FileMetaData): AsyncGenerator<PlacedRecord | BadRecord> {
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const first = group.columns[0]?.meta_data;
    const place = { file: file.name, record: `${rowStart + 1}-${rowEnd}`, offset: Number(first?.dictionary_page_offset ?? first?.data_page_offset ?? 0n) };
    if (group.total_byte_size > maximumGroupBytes) {
      yield badRecord('row-group-too-large', place, `rows ${rowStart + 1} to ${rowEnd} are one row group of more than ${maximumGroupBytes} bytes`);
    } else {
      const rows = await parquetReadObjects({
        file: source, metadata, rowStart, rowEnd, compressors, geoparquet: false,
        parsers: { stringFromBytes: (bytes: Uint8Array | undefined) => (bytes === undefined ? bytes : decodeUtf8(bytes) ?? notUtf8) },
      }).catch(() => undefined);
      if (!rows) yield badRecord('broken-row-group', place, `rows ${rowStart + 1} to ${rowEnd}, one row group, cannot be decoded`);
      for (const [index, row] of (rows ?? []).entries()) yield toRecord(row, { file: file.name, record: String(rowStart + index + 1), offset: place.offset });
    }
    rowStart = rowEnd;
  }
}

function toRecord(row: Record<string, unknown>, place: PlacedRecord['place']): PlacedRecord | BadRecord {
  const isBroken = (value: unknown): boolean => value === notUtf8
    || (Array.isArray(value) ? value.some(isBroken) : typeof value === 'object' && value !== null && Object.values(value).some(isBroken));
  return isBroken(row) ? badRecord('not-utf8', place, 'the row has a text that is not UTF-8') : { kind: 'record', value: row, place };
}

async function bufferOf(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      const from = start < 0 ? Math.max(0, size + start) : start;
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - from));
      await handle.read(bytes, 0, bytes.length, from);
      return bytes.buffer;
    },
  };
}
