// The number formats of GGUF files we write, and f32 values in them.
import { encodeElements } from '../model';

export type GgufDtype = 'f32' | 'f16' | 'q8_0';

/** Numbers of ggml_type. */
export const tensorTypes: Readonly<Record<GgufDtype, number>> = { f32: 0, f16: 1, q8_0: 8 };

/** Numbers of llama_ftype: what most tensors of a file are. */
export const fileTypes: Readonly<Record<GgufDtype, number>> = { f32: 0, f16: 1, q8_0: 7 };

/** Values that share one scale in q8_0. */
export const blockSize = 32;
const blockBytes = 2 + blockSize;

export function byteLength(count: number, dtype: GgufDtype): number {
  switch (dtype) {
    case 'f32': return 4 * count;
    case 'f16': return 2 * count;
    case 'q8_0': return (count / blockSize) * blockBytes;
  }
}

export function encodeGguf(values: Float32Array, dtype: GgufDtype): Uint8Array {
  switch (dtype) {
    case 'f32': return encodeElements(values, 'F32');
    case 'f16': return encodeElements(values, 'F16');
    case 'q8_0': return quantise(values);
  }
}

/** As ggml's quantize_row_q8_0_ref: of each 32 values the largest magnitude becomes 127, in single precision, halves away from zero. */
function quantise(values: Float32Array): Uint8Array {
  const blocks = values.length / blockSize;
  const bytes = new Uint8Array(blocks * blockBytes);
  const scales = new Float32Array(blocks);
  for (let block = 0; block < blocks; block++) {
    const part = values.subarray(block * blockSize, (block + 1) * blockSize);
    const scale = Math.fround(part.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 127);
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
    scales[block] = scale;
    part.forEach((value, index) => {
      const scaled = Math.fround(value * inverse);
      bytes[block * blockBytes + 2 + index] = Math.sign(scaled) * Math.floor(Math.abs(scaled) + 0.5);
    });
  }
  const halves = encodeElements(scales, 'F16');
  for (let block = 0; block < blocks; block++) bytes.set(halves.subarray(2 * block, 2 * block + 2), block * blockBytes);
  return bytes;
}
