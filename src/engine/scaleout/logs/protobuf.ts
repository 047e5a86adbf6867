// The wire format of protocol buffers, as far as logs need it: fields of one message by number
// (https://protobuf.dev/programming-guides/encoding/). Unknown fields are passed over.

export interface Field {
  readonly number: number;
  /** Set for a length-delimited field: text, bytes or a message. */
  readonly bytes?: Buffer;
  /** Set for a variable-length integer. */
  readonly integer?: bigint;
  /** Set for a fixed field, of 4 or 8 bytes, little-endian. */
  readonly fixed?: Buffer;
}

/** Throws a RangeError when the bytes are no message. */
export function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a varint has more than ten bytes');
  };
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw new RangeError('a field ends past its message');
    return message.subarray(at, at += length);
  };
  while (at < message.length) {
    const key = varint();
    const number = Number(key >> 3n);
    switch (Number(key & 7n)) {
      case 0: yield { number, integer: varint() }; break;
      case 1: yield { number, fixed: take(8) }; break;
      case 2: yield { number, bytes: take(Number(varint())) }; break;
      case 5: yield { number, fixed: take(4) }; break;
      default: throw new RangeError('a field of an unknown wire type');
    }
  }
}

/** A signed 64-bit integer as a number. */
export function signed(integer: bigint): number {
  return Number(BigInt.asIntN(64, integer));
}
