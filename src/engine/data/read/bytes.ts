// Files as UTF-8 text, whole or line by line. Bytes that are not UTF-8 are found, never replaced.
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';

function decode(bytes: Uint8Array): string | undefined {
  try {
    // A decoder of its own each time: a fatal one keeps state after an error. Drops a byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Text of a file with `\n` line ends; undefined when it is not UTF-8. */
export async function readText(file: string): Promise<string | undefined> {
  return decode(await readFile(file))?.replaceAll('\r\n', '\n');
}

export interface TextLine {
  /** From 1. */
  readonly number: number;
  /** Without its line end; undefined when it is not UTF-8. */
  readonly text: string | undefined;
}

export async function* readLines(file: string): AsyncGenerator<TextLine> {
  let number = 0;
  const line = (bytes: Buffer): TextLine => {
    number += 1;
    const end = bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length;
    return { number, text: decode(bytes.subarray(0, end)) };
  };
  // Pieces of a line that spans chunks, joined once.
  let pending: Buffer[] = [];
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      const rest = chunk.subarray(start, end);
      yield line(pending.length === 0 ? rest : Buffer.concat([...pending, rest]));
      pending = [];
      start = end + 1;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
  if (pending.length > 0) yield line(Buffer.concat(pending));
}
