// A row a document that passed the screen, of fixed width, so that any is found by its number: where its text stands, and by
// which text and group it is compared. Little-endian words: 0 record, 1–2 offset, 3 bytes stored, 4 bytes of text, 5–8 key of the
// normalised text, 9–10 group, 11 flags.
import { createHash } from 'node:crypto';

export const rowBytes = 48;
const isConversationFlag = 1;
const hasSignatureFlag = 2;

/** 128 bits of a hash of the normalised text. */
export type TextKey = Buffer;

export interface RowFacts {
  /** Position in the piece, counting from 0. */
  readonly record: number;
  /** In texts.bin of the read step; a conversation stands there as JSON. */
  readonly offset: number;
  readonly storedBytes: number;
  /** UTF-8 bytes of the text. */
  readonly bytes: number;
  readonly key: TextKey;
  /** Undefined: equal texts are a group. */
  readonly group: string | undefined;
  readonly isConversation: boolean;
  readonly hasSignature: boolean;
}

export function writeRow(row: Buffer, { record, offset, storedBytes, bytes, key, group, isConversation, hasSignature }: RowFacts): void {
  row.writeUInt32LE(record, 0);
  row.writeUInt32LE(offset % 2 ** 32, 4);
  row.writeUInt32LE(Math.floor(offset / 2 ** 32), 8);
  row.writeUInt32LE(storedBytes, 12);
  row.writeUInt32LE(bytes, 16);
  row.set(key.subarray(0, 16), 20);
  row.set(group === undefined ? key.subarray(0, 8) : createHash('sha256').update(group).digest().subarray(0, 8), 36);
  row.writeUInt32LE((isConversation ? isConversationFlag : 0) | (hasSignature ? hasSignatureFlag : 0), 44);
}

/** Rows of a piece by number. */
export class RowsView {
  readonly count: number;

  constructor(private readonly bytes: Buffer) {
    this.count = bytes.length / rowBytes;
  }

  record(row: number): number {
    return this.bytes.readUInt32LE(row * rowBytes);
  }

  offset(row: number): number {
    return this.bytes.readUInt32LE(row * rowBytes + 4) + 2 ** 32 * this.bytes.readUInt32LE(row * rowBytes + 8);
  }

  storedBytes(row: number): number {
    return this.bytes.readUInt32LE(row * rowBytes + 12);
  }

  textBytes(row: number): number {
    return this.bytes.readUInt32LE(row * rowBytes + 16);
  }

  /** Word 0 to 3 of the text's key. */
  keyWord(row: number, word: number): number {
    return this.bytes.readUInt32LE(row * rowBytes + 20 + 4 * word);
  }

  /** 53 bits. */
  group(row: number): number {
    return this.bytes.readUInt32LE(row * rowBytes + 36) * 0x200000 + (this.bytes.readUInt32LE(row * rowBytes + 40) >>> 11);
  }

  isConversation(row: number): boolean {
    return (this.bytes.readUInt32LE(row * rowBytes + 44) & isConversationFlag) !== 0;
  }

  hasSignature(row: number): boolean {
    return (this.bytes.readUInt32LE(row * rowBytes + 44) & hasSignatureFlag) !== 0;
  }
}
