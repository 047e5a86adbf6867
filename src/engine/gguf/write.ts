// Writes a GGUF file, version 3: a header, metadata, what the tensors are, then the tensors, each aligned to 32 bytes.
// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
import { writeFileInPieces } from '../../runs/files/atomic';
import { byteLength, encodeGguf, tensorTypes, type GgufDtype } from './types';

export type GgufValue =
  | { readonly text: string } | { readonly flag: boolean } | { readonly count: number } | { readonly float: number }
  | { readonly texts: readonly string[] } | { readonly floats: readonly number[] } | { readonly integers: readonly number[] };

export interface GgufTensor {
  readonly name: string;
  /** Outermost first, as in the checkpoint. */
  readonly shape: readonly number[];
  readonly dtype: GgufDtype;
  /** The values in order, in one or several parts whose lengths the format's blocks divide. */
  readonly parts: readonly (() => Promise<Float32Array> | Float32Array)[];
}

const alignment = 32;
const valueTypes = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;

/** Writes atomically. Needs memory for one part at a time. */
export async function writeGguf(file: string, metadata: ReadonlyMap<string, GgufValue>, tensors: readonly GgufTensor[]): Promise<void> {
  const head = new ByteWriter();
  head.bytes(Buffer.from('GGUF'));
  head.uint32(3);
  head.uint64(tensors.length);
  head.uint64(metadata.size);
  for (const [key, value] of metadata) writeValue(head, key, value);
  let offset = 0;
  for (const { name, shape, dtype } of tensors) {
    head.text(name);
    head.uint32(shape.length);
    for (const size of [...shape].reverse()) head.uint64(size);
    head.uint32(tensorTypes[dtype]);
    head.uint64(offset);
    offset = aligned(offset + sizeOf(shape, dtype));
  }
  await writeFileInPieces(file, async (write) => {
    await write(head.padded());
    for (const { name, shape, dtype, parts } of tensors) {
      let written = 0;
      for (const part of parts) {
        const bytes = encodeGguf(await part(), dtype);
        await write(bytes);
        written += bytes.length;
      }
      if (written !== sizeOf(shape, dtype)) throw new RangeError(`${name}: ${written} bytes for shape [${shape.join(', ')}].`);
      await write(new Uint8Array(aligned(written) - written));
    }
  });
}

function sizeOf(shape: readonly number[], dtype: GgufDtype): number {
  return byteLength(shape.reduce((product, size) => product * size, 1), dtype);
}

function aligned(offset: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

function writeValue(head: ByteWriter, key: string, value: GgufValue): void {
  head.text(key);
  if ('text' in value) {
    head.uint32(valueTypes.string);
    head.text(value.text);
  } else if ('flag' in value) {
    head.uint32(valueTypes.bool);
    head.bytes(Uint8Array.of(value.flag ? 1 : 0));
  } else if ('count' in value) {
    head.uint32(valueTypes.uint32);
    head.uint32(value.count);
  } else if ('float' in value) {
    head.uint32(valueTypes.float32);
    head.float32(value.float);
  } else if ('texts' in value) {
    head.array(valueTypes.string, value.texts, (text) => { head.text(text); });
  } else if ('floats' in value) {
    head.array(valueTypes.float32, value.floats, (float) => { head.float32(float); });
  } else {
    head.array(valueTypes.int32, value.integers, (integer) => { head.uint32(integer); });
  }
}

/** Appends little-endian numbers and texts with their length. */
class ByteWriter {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  bytes(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  uint32(value: number): void {
    const chunk = Buffer.alloc(4);
    chunk.writeUInt32LE(value);
    this.bytes(chunk);
  }

  uint64(value: number): void {
    const chunk = Buffer.alloc(8);
    chunk.writeBigUInt64LE(BigInt(value));
    this.bytes(chunk);
  }

  float32(value: number): void {
    const chunk = Buffer.alloc(4);
    chunk.writeFloatLE(value);
    this.bytes(chunk);
  }

  text(value: string): void {
    const chunk = Buffer.from(value, 'utf8');
    this.uint64(chunk.length);
    this.bytes(chunk);
  }

  array<T>(type: number, items: readonly T[], write: (item: T) => void): void {
    this.uint32(valueTypes.array);
    this.uint32(type);
    this.uint64(items.length);
    items.forEach(write);
  }

  /** All of it, filled up to the alignment. */
  padded(): Uint8Array {
    return Buffer.concat([...this.#chunks, new Uint8Array(aligned(this.#length) - this.#length)]);
  }
}
