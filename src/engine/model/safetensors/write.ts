// Writes safetensors files: the header, then one tensor after the other, into a file aside that takes the name at the end.
import { userError } from '../../../base/errors/problem';
import { writeFileInPieces } from '../../../runs/files/atomic';
import { elements } from '../parameters';
import { bytesPerElement, encodeElements, largestHalf, type SafetensorsDtype } from './dtype';
import type { StoredTensor } from './read';

export type WrittenDtype = 'f32' | 'bf16' | 'f16';

const formats: Readonly<Record<WrittenDtype, SafetensorsDtype>> = { f32: 'F32', bf16: 'BF16', f16: 'F16' };

/** Bytes a tensor of this shape takes. */
export function tensorBytes(shape: readonly number[], dtype: WrittenDtype): number {
  return elements(shape) * bytesPerElement[formats[dtype]];
}

/** A tensor to write; `data` may be a function, called when its turn comes, so that not all are in memory at once. */
export interface TensorToWrite {
  readonly shape: readonly number[];
  readonly data: StoredTensor['data'] | (() => Promise<Float32Array> | Float32Array);
}

/** Writes `tensors` in their order, atomically. `metadata` values are texts; transformers wants `format: 'pt'` among them. */
export async function writeSafetensors(
  file: string, tensors: ReadonlyMap<string, TensorToWrite>, metadata: Readonly<Record<string, string>> = {}, dtype: WrittenDtype = 'f32',
): Promise<void> {
  const format = formats[dtype];
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape }] of tensors) {
    const end = offset + tensorBytes(shape, dtype);
    header[name] = { dtype: format, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Spaces fill the header up to a multiple of eight, so that the data are aligned for readers that map the file.
  const start = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(start.buffer).setBigUint64(0, BigInt(start.length - 8), true);
  start.set(json, 8);

  await writeFileInPieces(file, async (write) => {
    await write(start);
    for (const [name, { shape, data }] of tensors) {
      const values = typeof data === 'function' ? await data() : data;
      if (values.length !== elements(shape)) throw new RangeError(`${name}: ${values.length} values for shape [${shape.join(', ')}].`);
      if (format === 'F16') requireHalves(values, name);
      await write(encodeElements(values, format));
    }
  });
}

/** A weight that f16 cannot hold would become infinite, and with it whatever the model computes. */
function requireHalves(values: Float32Array, name: string): void {
  const tooLarge = values.find((value) => Math.abs(value) > largestHalf && Math.abs(value) !== Infinity);
  if (tooLarge === undefined) return;
  throw userError({
    code: 'checkpoint-f16-range', key: name, value: String(tooLarge),
    message: 'f16 holds magnitudes up to 65504, and this tensor has a larger one', next: 'Write it as bf16 or f32.',
  });
}
