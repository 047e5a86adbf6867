// .preclinical/asks/asks.jsonl: every inline answer, one line each, appended by any number of processes and read by the
// editor as it grows. Private: questions and answers may speak of patients.
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { CotSettings } from '../documents/cot/schema';
import type { AskRecord } from '../protocol/asks';
import { privateFileMode, privateFolderMode, writeAllSync } from './files/atomic';
import { errorCode } from './files/retry';
import { makePreclinicalFolder, preclinicalFolder } from './layout';

const newline = 0x0a;
/** Start of the file that tells it from one that took its place: the first record's time is in it. */
const headBytes = 256;

export function asksFolder(root: string): string {
  return path.join(preclinicalFolder(root), 'asks');
}
export function asksFile(root: string): string {
  return path.join(asksFolder(root), 'asks.jsonl');
}

/** AskRecord.questionHash of a question's line; blanks around it and its line end do not count. */
export function questionHash(line: string): string {
  return createHash('sha256').update(line.replace(/^\uFEFF/, '').trim()).digest('hex');
}

/**
 * Names what a prompt file makes of a question: its body and the settings that go into a request. An answer of another
 * version was made with an older or newer text of the prompt. What a file says of itself does not count.
 */
export function promptVersion({ temperature, selfConsistencyTemperature, topP, maxTokens, stop, exemplars, seed }: CotSettings, body: string): string {
  return createHash('sha256').update(JSON.stringify([body.trim(), temperature, selfConsistencyTemperature, topP, maxTokens, stop, exemplars, seed])).digest('hex').slice(0, 16);
}

export async function makeAsksFolder(root: string): Promise<string> {
  await makePreclinicalFolder(root);
  const folder = asksFolder(root);
  mkdirSync(folder, { recursive: true, mode: privateFolderMode });
  return folder;
}

/** One write at the end of the file. What a killed writer left of a line is ended first, so that it spoils nothing else. */
export async function appendAsk(root: string, record: AskRecord): Promise<void> {
  await makeAsksFolder(root);
  const fd = openSync(asksFile(root), 'a+', privateFileMode);
  try {
    const { size } = fstatSync(fd);
    const last = Buffer.alloc(1);
    const torn = size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== newline;
    writeAllSync(fd, Buffer.from(`${torn ? '\n' : ''}${JSON.stringify(record)}\n`));
  } finally {
    closeSync(fd);
  }
}

export interface AskChanges {
  /** In the order they were written. */
  readonly records: readonly AskRecord[];
  /** The file was cleared since the last look: what was read before is gone, `records` is all there is. */
  readonly cleared: boolean;
}

/** Reads what was added since the last look. Lines that are no record, such as a torn one, are passed over. */
export class AskReader {
  readonly #file: string;
  #offset = 0;
  #head: Buffer = Buffer.alloc(0);

  constructor(root: string) {
    this.#file = asksFile(root);
  }

  async read(): Promise<AskChanges> {
    const handle = await openIfThere(this.#file);
    if (!handle) return { records: [], cleared: this.#restart() };
    try {
      const cleared = !await this.#isSameFile(handle) && this.#restart();
      const { size } = await handle.stat();
      const added = await readRange(handle, this.#offset, size - this.#offset);
      const whole = added.subarray(0, added.lastIndexOf(newline) + 1);
      if (this.#head.length < headBytes) this.#head = await readRange(handle, 0, Math.min(headBytes, this.#offset + whole.length));
      this.#offset += whole.length;
      return { records: whole.toString('utf8').split('\n').flatMap((line) => parseAsk(line) ?? []), cleared };
    } finally {
      await handle.close();
    }
  }

  async #isSameFile(handle: FileHandle): Promise<boolean> {
    return this.#head.equals(await readRange(handle, 0, this.#head.length));
  }

  /** Whether anything had been read. */
  #restart(): boolean {
    const had = this.#offset > 0;
    this.#offset = 0;
    this.#head = Buffer.alloc(0);
    return had;
  }
}

/** Every answer that is kept, oldest first. */
export async function readAsks(root: string): Promise<readonly AskRecord[]> {
  return (await new AskReader(root).read()).records;
}

/** Removes every answer that is kept. */
export async function clearAsks(root: string): Promise<void> {
  await rm(asksFile(root), { force: true });
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Fewer bytes when the file ends before. */
async function readRange(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.max(0, length));
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** Undefined for a line that is no record; what it holds of more than these is the writer's word. */
function parseAsk(line: string): AskRecord | undefined {
  try {
    const record = JSON.parse(line) as Partial<AskRecord> | null;
    const isRecord = record?.schema === 1 && typeof record.ask === 'string' && typeof record.answer === 'string' && typeof record.questionHash === 'string'
      && typeof record.strategy === 'string' && typeof record.repeat === 'number' && typeof record.line === 'number' && typeof record.gold === 'string'
      && typeof record.model === 'string' && Array.isArray(record.letters) && Array.isArray(record.messages);
    return isRecord ? record as AskRecord : undefined;
  } catch {
    return undefined;
  }
}
