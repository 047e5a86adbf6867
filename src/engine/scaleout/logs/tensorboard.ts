// TensorBoard event files: TFRecords (length, its checksum, bytes, their checksum) of Event messages, whose summaries hold
// scalars. https://github.com/tensorflow/tensorboard: event.proto, summary.proto, tensor.proto.
import { maskedCrc32c } from './crc32c';
import { pointOf, type LogPoint, type TrainerLog } from './log';
import { fieldsOf, signed } from './protobuf';

export const eventFileName = /events\.out\.tfevents\./;

/** Records of an event file up to the first that is torn or damaged, and how many were not read: at most that one. */
function readRecords(file: Buffer): { readonly records: Buffer[]; readonly unreadable: number } {
  const records: Buffer[] = [];
  let at = 0;
  while (at < file.length) {
    if (at + 12 > file.length || maskedCrc32c(file.subarray(at, at + 8)) !== file.readUInt32LE(at + 8)) return { records, unreadable: 1 };
    const end = at + 12 + Number(file.readBigUInt64LE(at));
    if (end + 4 > file.length) return { records, unreadable: 1 };
    const record = file.subarray(at + 12, end);
    if (maskedCrc32c(record) !== file.readUInt32LE(end)) return { records, unreadable: 1 };
    records.push(record);
    at = end + 4;
  }
  return { records, unreadable: 0 };
}

/** @param files event files of one folder, oldest first: each start of the program writes another. */
export function readTensorBoard(files: readonly Buffer[]): TrainerLog {
  const points: LogPoint[] = [];
  let unreadable = 0;
  for (const file of files) {
    const { records, unreadable: torn } = readRecords(file);
    unreadable += torn;
    for (const record of records) {
      try {
        const point = readEvent(record);
        if (point !== undefined) points.push(point);
      } catch {
        unreadable += 1;
      }
    }
  }
  return { source: 'TensorBoard', settings: {}, points, unreadable };
}

function readEvent(record: Buffer): LogPoint | undefined {
  let step = 0;
  let wallMs = 0;
  const values: Record<string, number> = {};
  for (const { number, integer, fixed, bytes } of fieldsOf(record)) {
    if (number === 1 && fixed) wallMs = fixed.readDoubleLE() * 1000;
    if (number === 2 && integer !== undefined) step = signed(integer);
    if (number === 5 && bytes) for (const summary of fieldsOf(bytes)) if (summary.number === 1 && summary.bytes) readValue(summary.bytes, values);
  }
  return pointOf(step, values, wallMs);
}

/** A scalar is a `simple_value`, or a tensor of one float. */
function readValue(value: Buffer, values: Record<string, number>): void {
  let tag = '';
  let scalar: number | undefined;
  for (const { number, bytes, fixed } of fieldsOf(value)) {
    if (number === 1 && bytes) tag = bytes.toString('utf8');
    if (number === 2 && fixed) scalar = fixed.readFloatLE();
    if (number === 8 && bytes) scalar ??= scalarOf(bytes);
  }
  if (tag !== '' && scalar !== undefined) values[tag] = scalar;
}

const floatType = 1n;
const doubleType = 2n;

function scalarOf(tensor: Buffer): number | undefined {
  let type: bigint | undefined;
  let content: Buffer | undefined;
  for (const { number, integer, bytes, fixed } of fieldsOf(tensor)) {
    if (number === 1) type = integer;
    if (number === 2 && bytes && bytes.length > 0) return undefined; // it has dimensions
    if ((number === 4 || number === 5 || number === 6)) content = bytes ?? fixed;
  }
  if (type === floatType && content?.length === 4) return content.readFloatLE();
  return type === doubleType && content?.length === 8 ? content.readDoubleLE() : undefined;
}
