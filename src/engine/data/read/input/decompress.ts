// A file's bytes as a stream, decompressed when it is gzip (.gz) or Zstandard (.zst), which its first bytes tell.
// Bytes are handed on in the size of a read, so that a file of zeros compressed a thousandfold does not fill the memory.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import type { LineRange } from '../document';
import { InputFailure } from './failure';

export type Compression = 'gzip' | 'zstd' | undefined;

/** gzip grows at most about a thousandfold, Zstandard about thirty thousandfold. */
const gzipReadBytes = 1 << 15;
const zstdReadBytes = 1 << 12;
const rangeReadBytes = 1 << 18;

export async function compressionOf(path: string): Promise<Compression> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    const magic = buffer.subarray(0, bytesRead).toString('hex');
    if (magic.startsWith('1f8b')) return 'gzip';
    return magic === '28b52ffd' ? 'zstd' : undefined;
  } finally {
    await handle.close();
  }
}

/** Throws InputFailure where the compressed data are broken, after everything that came before. */
export async function* decompressed(path: string, range?: LineRange): AsyncGenerator<Buffer> {
  if (range) {
    yield* createReadStream(path, { start: range.start, end: range.end - 1, highWaterMark: rangeReadBytes }) as AsyncIterable<Buffer>;
    return;
  }
  const compression = await compressionOf(path);
  if (compression === 'gzip') yield* gunzipped(path);
  else if (compression === 'zstd') yield* unzstd(path);
  else yield* createReadStream(path) as AsyncIterable<Buffer>;
}

/** Pieces that a decompressor has given since they were last taken, and how many bytes it gave in all. */
class Output {
  #pieces: Buffer[] = [];
  bytes = 0;

  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.bytes += piece.length;
    this.#pieces.push(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
  }

  take(): Buffer[] {
    return this.#pieces.splice(0);
  }

  failure(kind: string, error: unknown): InputFailure {
    return new InputFailure(`broken-${kind}`, this.bytes, `the ${kind} data are broken or cut off after ${this.bytes} decompressed bytes (${(error as Error).message})`);
  }
}

async function* gunzipped(path: string): AsyncGenerator<Buffer> {
  const output = new Output();
  const gunzip = createGunzip();
  gunzip.on('data', (piece: Buffer) => { output.add(piece); });
  // Told by the callbacks below as well; without a listener the process would end.
  const failed = new Promise<unknown>((resolve) => { gunzip.once('error', resolve); });
  const step = (act: (done: () => void) => unknown): Promise<unknown> => Promise.race([failed, new Promise<void>((resolve) => { act(resolve); })]);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: gzipReadBytes }) as AsyncIterable<Buffer>) {
      const error = await step((done) => gunzip.write(chunk, () => { done(); }));
      yield* output.take();
      if (error !== undefined) throw output.failure('gzip', error);
    }
    const error = await step((done) => { gunzip.once('end', done); gunzip.end(); });
    yield* output.take();
    if (error !== undefined) throw output.failure('gzip', error);
  } finally {
    gunzip.destroy();
  }
}

async function* unzstd(path: string): AsyncGenerator<Buffer> {
  const output = new Output();
  const stream = new Decompress((piece) => { output.add(piece.slice()); });
  const push = (chunk: Uint8Array, isLast: boolean): unknown => {
    try {
      stream.push(chunk, isLast);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  for await (const chunk of createReadStream(path, { highWaterMark: zstdReadBytes }) as AsyncIterable<Buffer>) {
    const error = push(chunk, false);
    yield* output.take();
    if (error !== undefined) throw output.failure('zstd', error);
  }
  const error = push(new Uint8Array(0), true);
  yield* output.take();
  if (error !== undefined) throw output.failure('zstd', error);
}
