// Writes safetensors files: the header, then one tensor after the other, into a file aside that takes the name at the end.
import { writeFileInPieces } from '../../../runs/files/atomic';
import { elements } from '../parameters';
import { bytesPerElement, encodeElements } from './dtype';
import type { StoredTensor } from './read';

export type WrittenDtype = 'f32' | 'bf16';

/** A tensor to write; `data` may be a function, called when its turn comes, so that not all are in memory at once. */
export interface TensorToWrite {
  readonly shape: readonly number[];
  readonly data: StoredTensor['data'] | (() => Promise<Float32Array> | Float32Array);
}

/** Writes `tensors` in their order, atomically. `metadata` values are texts; transformers wants `format: 'pt'` among them. */
export async function writeSafetensors(
  file: string, tensors: ReadonlyMap<string, TensorToWrite>, metadata: Readonly<Record<string, string>> = {}, dtype: WrittenDtype = 'f32',
): Promise<void> {
  const format = dtype === 'f32' ? 'F32' : 'BF16';
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape }] of tensors) {
    const end = offset + elements(shape) * bytesPerElement[format];
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
      await write(encodeElements(values, format));
    }
  });
}
