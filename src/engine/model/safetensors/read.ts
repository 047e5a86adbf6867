// Reads safetensors files tensor by tensor, so that a large checkpoint needs the memory of its largest tensor only.
import { open, type FileHandle } from 'node:fs/promises';
import { userError } from '../../../base/errors/problem';
import { bytesPerElement, decodeElements, roomFor } from './dtype';
import { damaged, parseHeader, type SafetensorsHeader } from './header';

/** A tensor in memory, always f32. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The format's own limit on the header. */
const largestHeaderBytes = 100_000_000;

/** An open file. `close` it. */
export class SafetensorsFile {
  private constructor(readonly file: string, private readonly handle: FileHandle, private readonly dataStart: number, readonly header: SafetensorsHeader) {}

  static async open(file: string): Promise<SafetensorsFile> {
    const handle = await openForReading(file);
    try {
      const { size } = await handle.stat();
      if (size < 8) throw damaged(file, `A safetensors file starts with eight bytes, this one has ${size}.`);
      const length = Number(new DataView((await readExactly(handle, 0, 8, file)).buffer).getBigUint64(0, true));
      if (length > largestHeaderBytes) throw damaged(file, `The header claims ${length} bytes, so this is no safetensors file.`);
      if (8 + length > size) throw damaged(file, `The header has ${length} bytes, but the file ends after ${size}: it is cut off.`);
      const text = new TextDecoder().decode(await readExactly(handle, 8, length, file));
      return new SafetensorsFile(file, handle, 8 + length, parseHeader(text, file, size - 8 - length));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Reads one tensor as f32; of its data all elements, or `count` from `first` on. */
  async read(name: string, part?: { readonly first: number; readonly count: number }): Promise<StoredTensor> {
    const entry = this.header.tensors.get(name);
    if (entry === undefined) throw damaged(this.file, 'The file does not hold this tensor.', name);
    const size = bytesPerElement[entry.dtype];
    const { first, count } = part ?? { first: 0, count: (entry.end - entry.begin) / size };
    const bytes = roomFor(count, entry.dtype);
    await fill(bytes, this.handle, this.dataStart + entry.begin + first * size, this.file, name);
    return { shape: entry.shape, data: decodeElements(bytes, entry.dtype) };
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** The whole file at once, tensors in the order of its header. */
export async function readSafetensors(file: string): Promise<{ tensors: Map<string, StoredTensor>; metadata: Readonly<Record<string, string>> }> {
  const opened = await SafetensorsFile.open(file);
  try {
    const tensors = new Map<string, StoredTensor>();
    for (const name of opened.header.tensors.keys()) tensors.set(name, await opened.read(name));
    return { tensors, metadata: opened.header.metadata };
  } finally {
    await opened.close();
  }
}

async function openForReading(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    throw userError({
      code: 'checkpoint-unreadable', file, message: `The weights can not be read: ${(error as Error).message}.`,
      next: 'Check that the file is there and may be read.',
    });
  }
}

async function readExactly(handle: FileHandle, start: number, length: number, file: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  await fill(bytes, handle, start, file);
  return bytes;
}

async function fill(bytes: Uint8Array<ArrayBuffer>, handle: FileHandle, start: number, file: string, tensor?: string): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, start + done);
    if (bytesRead === 0) throw damaged(file, `The file ended ${bytes.length - done} bytes early while it was read.`, tensor);
    done += bytesRead;
  }
}
