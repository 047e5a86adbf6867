// The number formats of safetensors files we read and write, and their conversion to and from f32.

/** Formats read and written. */
export type SafetensorsDtype = 'F32' | 'F16' | 'BF16';

export const bytesPerElement: Readonly<Record<SafetensorsDtype, number>> = { F32: 4, F16: 2, BF16: 2 };

export function isSupportedDtype(name: string): name is SafetensorsDtype {
  return name in bytesPerElement;
}

/** Every f16 as f32, by its bits: 256 KiB, made when the first is read. */
let floatOfHalf: Float32Array | undefined;

/** Where to read the bytes of `count` elements: at the end of the memory their f32 values will take, so that no second copy is needed. */
export function roomFor(count: number, dtype: SafetensorsDtype): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(4 * count), (4 - bytesPerElement[dtype]) * count);
}

/**
 * The elements read into `roomFor` as f32, exactly, in the same memory. Widened from the front on: value i ends at byte
 * 4i + 4, and of n words the next to be read begins at 2n + 2i + 2, which is never before that.
 */
export function decodeElements(bytes: Uint8Array<ArrayBuffer>, dtype: SafetensorsDtype): Float32Array {
  const values = new Float32Array(bytes.buffer);
  switch (dtype) {
    case 'F32': return values;
    case 'F16': {
      floatOfHalf ??= Float32Array.from({ length: 2 ** 16 }, (_, half) => halfToFloat(half));
      const words = halves(bytes);
      for (let i = 0; i < words.length; i++) values[i] = floatOfHalf[words[i]!]!;
      return values;
    }
    case 'BF16': {
      const words = halves(bytes);
      const bits = new Uint32Array(bytes.buffer);
      for (let i = 0; i < words.length; i++) bits[i] = words[i]! << 16;
      return values;
    }
  }
}

/** f32 values as little-endian bytes, rounded to nearest, ties to even; NaN stays a NaN, and what is too large for F16 becomes infinite. */
export function encodeElements(values: Float32Array, dtype: SafetensorsDtype): Uint8Array {
  if (dtype === 'F32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const round = dtype === 'BF16' ? toBfloat16 : toHalf;
  const words = new Uint16Array(values.length);
  for (let i = 0; i < words.length; i++) words[i] = round(bits[i]!);
  return new Uint8Array(words.buffer);
}

/** The largest magnitude that rounds to a finite F16. */
export const largestHalf = 65519.99609375;

function isNotANumber(bits: number): boolean {
  return (bits & 0x7fffffff) > 0x7f800000;
}

function toBfloat16(bits: number): number {
  return isNotANumber(bits) ? (bits >>> 16) | 0x40 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** Bits of an f32 to those of the nearest f16. */
function toHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  if (isNotANumber(bits)) return sign | 0x7e00;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  if (exponent > 30) return sign | 0x7c00;
  const fraction = bits & 0x7fffff;
  // Below the smallest normal number the leading 1 is written out, and each exponent less shifts by one more.
  const shift = exponent > 0 ? 13 : 14 - exponent;
  if (shift > 24) return sign;
  const whole = exponent > 0 ? (exponent << 23) | fraction : fraction | 0x800000;
  const half = whole >>> shift;
  const rest = whole & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  // A carry out of the fraction raises the exponent, at the top to infinity, as it should.
  return sign | (half + (rest > middle || (rest === middle && (half & 1) === 1) ? 1 : 0));
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
