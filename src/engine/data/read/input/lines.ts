// Files as UTF-8 text, whole or line by line, none longer in memory than a record may be.
import { badRecord, type BadRecord, type InputFile } from '../document';
import { readBytes } from './open';

/** Undefined when the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    // A decoder of its own each time: a fatal one keeps state after an error. Drops a byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Text of a file with `\n` line ends, or why it cannot be used. */
export async function readText(file: InputFile, maximumBytes: number): Promise<string | BadRecord> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of readBytes(file)) {
    length += chunk.length;
    if (length > maximumBytes) return tooLarge({ file: file.name, offset: 0 }, 'the file', maximumBytes);
    chunks.push(chunk);
  }
  return decodeUtf8(Buffer.concat(chunks))?.replaceAll('\r\n', '\n') ?? badRecord('not-utf8', { file: file.name }, 'the file is not UTF-8');
}

export function tooLarge(place: BadRecord['place'], what: string, maximumBytes: number): BadRecord {
  return badRecord('record-too-large', place, `${what} is larger than ${maximumBytes} bytes`, 'maximumRecordBytes');
}

export interface TextLine {
  /** From 1. */
  readonly number: number;
  /** Of its first byte in the decompressed file. */
  readonly offset: number;
  /** Without its line end. */
  readonly text: string | BadRecord;
}

/** A line that is too large is skipped to its end without being held. */
export async function* readLines(file: InputFile, maximumBytes: number): AsyncGenerator<TextLine> {
  let number = file.range?.linesBefore ?? 0;
  let offset = file.range?.start ?? 0;
  // Pieces of a line that spans chunks, joined once; `length` goes on counting when they are no longer kept.
  let pending: Buffer[] = [];
  let length = 0;
  const keep = (piece: Buffer): void => {
    length += piece.length;
    if (length > maximumBytes) pending = [];
    else pending.push(piece);
  };
  const line = (): TextLine => {
    number += 1;
    const place = { file: file.name, line: number, offset };
    const bytes = pending.length === 1 ? pending[0]! : Buffer.concat(pending);
    const text = length > maximumBytes ? tooLarge(place, 'the line', maximumBytes)
      : decodeUtf8(bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes) ?? badRecord('not-utf8', place, 'the line is not UTF-8');
    const found = { number, offset, text };
    offset += length + 1;
    pending = [];
    length = 0;
    return found;
  };
  for await (const chunk of readBytes(file)) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      keep(chunk.subarray(start, end));
      yield line();
      start = end + 1;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  }
  if (length > 0) yield line();
}
