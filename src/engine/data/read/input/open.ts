// A file as a stream of UTF-8 bytes, or as text: decompressed, and turned into UTF-8 when it says it is something else.
// Bytes that are no text in their encoding are found, never replaced.
import type { InputFile } from '../document';
import { decompressed } from './decompress';
import { declarationBytes, declaredEncoding, strictDecoder, type Markup } from './encoding';
import { InputFailure } from './failure';
import { inputGone, sayingWhichFile } from './gone';

/** The file's bytes; UTF-16 with a byte order mark arrives as UTF-8. Throws InputFailure, and UserError when it is gone. */
export async function* readBytes(file: InputFile): AsyncGenerator<Buffer> {
  const chunks = sayingWhichFile(file, decompressed(file.path, file.range));
  let label: string | undefined;
  let decode: ((chunk: Buffer | undefined) => string) | undefined;
  for await (const chunk of chunks) {
    if (label === undefined) {
      label = declaredEncoding(chunk, undefined);
      if (label !== 'utf-8') decode = decoderFrom(label);
    }
    yield decode ? Buffer.from(decode(chunk)) : chunk;
  }
  const rest = decode?.(undefined);
  if (rest) yield Buffer.from(rest);
}

/** The file's text in pieces, without a byte order mark; XML and HTML in the encoding they declare. Throws as `readBytes`. */
export async function* readStrings(file: InputFile, markup: Markup): AsyncGenerator<string> {
  let pending: Buffer = Buffer.alloc(0);
  let decode: ((chunk: Buffer | undefined) => string) | undefined;
  for await (const chunk of sayingWhichFile(file, decompressed(file.path))) {
    if (!decode) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      if (pending.length < declarationBytes) continue;
    }
    const bytes = decode ? chunk : pending;
    decode ??= decoderFrom(declaredEncoding(bytes, markup));
    yield decode(bytes);
  }
  if (!decode) {
    decode = decoderFrom(declaredEncoding(pending, markup));
    yield decode(pending);
  }
  yield decode(undefined);
}

function decoderFrom(label: string): (chunk: Buffer | undefined) => string {
  const decoder = strictDecoder(label);
  if (!decoder) throw new InputFailure('unknown-encoding', 0, `the file says it is in the encoding ${label.slice(0, 40)}, which is not known here`);
  let offset = 0;
  return (chunk) => {
    try {
      const text = decoder.decode(chunk, { stream: chunk !== undefined });
      offset += chunk?.length ?? 0;
      return text;
    } catch {
      throw new InputFailure(`not-${decoder.encoding.replace('utf-', 'utf')}`, offset, `the file is not ${decoder.encoding.toUpperCase()} from about byte ${offset} on`);
    }
  };
}

/** The first `bytes` as text, of what can be read. */
export async function peek(file: InputFile, bytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of readBytes(file)) {
      pieces.push(chunk);
      length += chunk.length;
      if (length >= bytes) break;
    }
  } catch (error) {
    if (!(error instanceof InputFailure)) throw inputGone(file, error);
  }
  return Buffer.concat(pieces).subarray(0, bytes).toString('utf8').replace(/^\uFEFF/, '');
}
