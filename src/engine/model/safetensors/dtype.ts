// The number formats of safetensors files we read and write, and their conversion to and from f32.

/** Formats read; of these F32 and BF16 are written. */
export type SafetensorsDtype = 'F32' | 'F16' | 'BF16';

export const bytesPerElement: Readonly<Record<SafetensorsDtype, number>> = { F32: 4, F16: 2, BF16: 2 };

export function isSupportedDtype(name: string): name is SafetensorsDtype {
  return name in bytesPerElement;
}

/** Little-endian bytes of a tensor as f32, exactly. */
export function decodeElements(bytes: Uint8Array<ArrayBuffer>, dtype: SafetensorsDtype): Float32Array {
  switch (dtype) {
    case 'F32': return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    case 'F16': return Float32Array.from(halves(bytes), halfToFloat);
    case 'BF16': {
      const words = halves(bytes);
      const bits = new Uint32Array(words.length);
      for (let i = 0; i < words.length; i++) bits[i] = words[i]! << 16;
      return new Float32Array(bits.buffer);
    }
  }
}

/** f32 values as little-endian bytes; BF16 rounds to nearest, ties to even, and keeps NaN a NaN. */
export function encodeElements(values: Float32Array, dtype: 'F32' | 'BF16'): Uint8Array {
  if (dtype === 'F32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const words = new Uint16Array(values.length);
  for (let i = 0; i < words.length; i++) {
    const word = bits[i]!;
    const isNaN = (word & 0x7fffffff) > 0x7f800000;
    words[i] = isNaN ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return new Uint8Array(words.buffer);
}

function halves(bytes: Uint8Array<ArrayBuffer>): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
}

function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
