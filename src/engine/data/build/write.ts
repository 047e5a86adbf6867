// Product files: written in pieces, readable by their owner only, on disk before they are named. A shard begins with a header
// that says what it is and how much, and ends where the manifest and the header say.
import { createHash, type Hash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { endianness } from 'node:os';
import path from 'node:path';
import { type ShardHeader, shardHeader, shardHeaderBytes } from '../shard';

export interface WrittenFile { readonly name: string; readonly sha256: string; readonly bytes: number }

const bufferBytes = 1 << 20;

export async function writePrivate(folder: string, name: string, content: Buffer | string): Promise<WrittenFile> {
  const file = await ProductFile.create(folder, name);
  await file.write(typeof content === 'string' ? Buffer.from(content, 'utf8') : content);
  return file.close();
}

/** A file of the product that grows. */
export class ProductFile {
  readonly #hash: Hash = createHash('sha256');
  /** Copied into: what is written are words of four bytes as well as texts, and a list of a quarter of a million of them is large. */
  readonly #buffer = Buffer.allocUnsafe(bufferBytes);
  #filled = 0;
  bytes = 0;

  private constructor(private readonly handle: FileHandle, private readonly folder: string, readonly name: string) {}

  static async create(folder: string, name: string): Promise<ProductFile> {
    return new ProductFile(await open(path.join(folder, name), 'wx', 0o600), folder, name);
  }

  /** Of a shard: its header is written when its content is known. */
  static async createShard(folder: string, name: string): Promise<ProductFile> {
    const file = await ProductFile.create(folder, name);
    await writeAll(file.handle, Buffer.alloc(shardHeaderBytes), 0);
    file.bytes = shardHeaderBytes;
    return file;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length > bufferBytes - this.#filled) await this.#flush();
    if (bytes.length > bufferBytes) return this.#put(bytes);
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  async text(text: string): Promise<void> {
    await this.write(Buffer.from(text, 'utf8'));
  }

  async close(): Promise<WrittenFile> {
    await this.#flush();
    const sha256 = this.#hash.digest('hex');
    await this.#end();
    return { name: this.name, sha256, bytes: this.bytes };
  }

  /** The hash is of what follows the header, which the header names too. */
  async closeShard(header: Omit<ShardHeader, 'sha256'>): Promise<WrittenFile> {
    await this.#flush();
    const sha256 = this.#hash.digest('hex');
    await writeAll(this.handle, shardHeader({ ...header, sha256 }), 0);
    await this.#end();
    return { name: this.name, sha256, bytes: this.bytes };
  }

  async discard(): Promise<void> {
    await this.handle.close();
    await rm(path.join(this.folder, this.name));
  }

  async #end(): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
  }

  async #flush(): Promise<void> {
    const filled = this.#filled;
    this.#filled = 0;
    await this.#put(this.#buffer.subarray(0, filled));
  }

  async #put(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    await writeAll(this.handle, bytes, this.bytes);
    this.bytes += bytes.length;
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
}

/** The numbers as bytes; on a big-endian machine their bytes are turned in place. */
export function littleEndian(values: Uint32Array): Buffer {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return endianness() === 'BE' ? bytes.swap32() : bytes;
}
