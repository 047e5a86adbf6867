// The datastore of a Weights & Biases run that was kept offline (run-*.wandb): a LevelDB log after a header of seven
// bytes, of Record messages (wandb_internal.proto). Its checksums are plain CRC-32, not LevelDB's.
import { crc32 } from 'node:zlib';
import { isRecord, parsePythonJson, pointOf, type LogPoint, type TrainerLog } from './log';
import { fieldsOf, signed } from './protobuf';

const blockBytes = 32 * 1024;
const headerBytes = 7;
/** Kinds of a piece of a record. */
const full = 1;
const first = 2;
const last = 4;

/** Whole records; a damaged or torn piece costs the record it is of, and is counted. */
function readRecords(file: Buffer): { readonly records: Buffer[]; readonly unreadable: number } {
  const records: Buffer[] = [];
  let unreadable = 0;
  let pieces: Buffer[] | undefined;
  for (let at = headerBytes; at < file.length;) {
    const left = blockBytes - (at % blockBytes);
    if (left < 7) {
      at += left;
      continue;
    }
    if (at + 7 > file.length) { unreadable += 1; break; }
    const length = file.readUInt16LE(at + 4);
    const kind = file.readUInt8(at + 6);
    const piece = file.subarray(at + 7, at + 7 + length);
    if (piece.length < length || crc32(piece, crc32(file.subarray(at + 6, at + 7))) !== file.readUInt32LE(at)) {
      unreadable += 1;
      pieces = undefined;
      at += left; // the next block begins with a piece again
      continue;
    }
    at += 7 + length;
    if (kind === full || kind === first) pieces = [];
    pieces?.push(piece);
    if ((kind === full || kind === last) && pieces !== undefined) {
      records.push(Buffer.concat(pieces));
      pieces = undefined;
    }
  }
  return { records, unreadable: unreadable + (pieces === undefined ? 0 : 1) };
}

export function readWandb(file: Buffer): TrainerLog {
  const { records, unreadable: torn } = readRecords(file);
  const points: LogPoint[] = [];
  const settings: Record<string, unknown> = {};
  let name: string | undefined;
  let unreadable = torn;
  for (const record of records) {
    try {
      for (const { number, bytes } of fieldsOf(record)) {
        if (number === 2 && bytes) addPoint(points, bytes);
        if (number === 17 && bytes) name = readRun(bytes, settings) ?? name;
        if (number === 5 && bytes) readConfig(bytes, settings);
      }
    } catch {
      unreadable += 1;
    }
  }
  return { source: 'Weights & Biases', ...(name === undefined ? {} : { name }), settings, points, unreadable };
}

/** What the trainer itself calls its step counts before the number of calls of `log`. */
const ownSteps = ['train/global_step', 'global_step'];

function addPoint(points: LogPoint[], history: Buffer): void {
  const values: Record<string, unknown> = {};
  let step = -1;
  for (const { number, bytes } of fieldsOf(history)) {
    if (number === 1 && bytes) readItem(bytes, values);
    if (number === 2 && bytes) for (const field of fieldsOf(bytes)) if (field.number === 1 && field.integer !== undefined) step = signed(field.integer);
  }
  const own = ownSteps.map((name) => values[name]).find((value) => typeof value === 'number');
  const counted = typeof values['_step'] === 'number' ? values['_step'] : step;
  const wallMs = typeof values['_timestamp'] === 'number' ? values['_timestamp'] * 1000 : undefined;
  const measured = Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith('_') && !ownSteps.includes(name)));
  const point = pointOf(own ?? Math.max(0, counted), measured, wallMs);
  if (point !== undefined) points.push(point);
}

/** A key, or a path of keys, with its value: as JSON, or in a field of its type. */
function readItem(item: Buffer, values: Record<string, unknown>): void {
  let key = '';
  const nested: string[] = [];
  let value: unknown;
  for (const { number, bytes, integer, fixed } of fieldsOf(item)) {
    if (number === 1 && bytes) key = bytes.toString('utf8');
    if (number === 2 && bytes) nested.push(bytes.toString('utf8'));
    if (number === 5 && integer !== undefined) value = signed(integer);
    if (number === 6 && fixed) value = fixed.length === 8 ? fixed.readDoubleLE() : fixed.readFloatLE();
    if ((number === 8 || number === 16) && bytes) value = parsePythonJson(bytes.toString('utf8'));
    if (number === 7 && bytes) value = bytes.toString('utf8');
  }
  values[key === '' ? nested.join('.') : key] = value;
}

function readRun(run: Buffer, settings: Record<string, unknown>): string | undefined {
  let name: string | undefined;
  for (const { number, bytes } of fieldsOf(run)) {
    if (number === 8 && bytes) name = bytes.toString('utf8');
    if (number === 4 && bytes) readConfig(bytes, settings);
  }
  return name;
}

function readConfig(config: Buffer, settings: Record<string, unknown>): void {
  for (const { number, bytes } of fieldsOf(config)) if (number === 1 && bytes) readItem(bytes, settings);
  // What the client says of itself is no setting of the run.
  delete settings['_wandb'];
  for (const [key, value] of Object.entries(settings)) if (isRecord(value) && 'value' in value && Object.keys(value).length <= 2) settings[key] = value['value'];
}
