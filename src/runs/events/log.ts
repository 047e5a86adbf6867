// The one writer of events.jsonl. Each line is whole before the next begins: what an interrupted or failed write left
// behind is cut off, so that `seq` counts without gaps over all attempts.
import { closeSync, constants, fstatSync, fsync, fsyncSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { promisify } from 'node:util';
import type { EventBody, JobEvent } from '../../protocol/events';
import { privateFileMode, writeAllSync } from '../files/atomic';
import { jobPath } from '../layout';
import { parseEvent } from './parse';

const fsyncAsync = promisify(fsync);
const firstTailBytes = 64 * 1024;
const newline = 0x0a;

export interface EventClock {
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  /** Monotonic milliseconds. */
  readonly monotonicMs: () => number;
}

export const systemClock: EventClock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

export class EventLog {
  readonly #fd: number;
  readonly #clock: EventClock;
  readonly #startMs: number;
  #bytes: number;
  #seq: number;
  #attempt = 0;
  /** Bytes that were cut off the end on opening. */
  readonly tornBytes: number;
  /** Attempt of the last event, 0 when there is none. */
  readonly lastAttempt: number;

  private constructor(fd: number, clock: EventClock) {
    this.#fd = fd;
    this.#clock = clock;
    this.#startMs = clock.monotonicMs();
    const { size } = fstatSync(fd);
    const { bytes, last } = findEnd(fd, size);
    this.#bytes = bytes;
    this.#seq = last?.seq ?? 0;
    this.lastAttempt = last?.attempt ?? 0;
    this.tornBytes = size - bytes;
    if (this.tornBytes > 0) {
      ftruncateSync(fd, bytes);
      fsyncSync(fd);
    }
  }

  static open(folder: string, clock: EventClock = systemClock): EventLog {
    return new EventLog(openSync(jobPath(folder, 'events'), constants.O_RDWR | constants.O_CREAT, privateFileMode), clock);
  }

  /** Sets the attempt that the following events belong to. */
  begin(attempt: number): void {
    this.#attempt = attempt;
  }

  /** Throws the file system's error when the line cannot be written whole; the log then is as before. */
  append(body: EventBody): JobEvent {
    const event = {
      schema: 1, seq: this.#seq + 1, attempt: this.#attempt,
      wallMs: this.#clock.wallMs(), elapsedMs: Math.round(this.#clock.monotonicMs() - this.#startMs),
      ...body,
    } as JobEvent;
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    try {
      writeAllSync(this.#fd, line, this.#bytes);
    } catch (error) {
      ftruncateSync(this.#fd, this.#bytes);
      throw error;
    }
    this.#bytes += line.length;
    this.#seq += 1;
    return event;
  }

  /** Waits until all events are on disk. */
  async sync(): Promise<void> {
    await fsyncAsync(this.#fd);
  }

  syncNow(): void {
    fsyncSync(this.#fd);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** Where the last whole event ends. Looks at the tail only, at more of it while it holds no event. */
function findEnd(fd: number, size: number): { readonly bytes: number; readonly last?: JobEvent } {
  for (let tailBytes = firstTailBytes; ; tailBytes *= 2) {
    const start = Math.max(0, size - tailBytes);
    const tail = Buffer.alloc(size - start);
    readFully(fd, tail, start);
    for (let end = tail.lastIndexOf(newline); end >= 0;) {
      const before = end === 0 ? -1 : tail.lastIndexOf(newline, end - 1);
      // The first line of a tail that starts in mid-file may be half a line.
      if (before < 0 && start > 0) break;
      const last = parseEvent(tail.toString('utf8', before + 1, end));
      if (last) return { bytes: start + end + 1, last };
      end = before;
    }
    if (start === 0) return { bytes: 0 };
  }
}

function readFully(fd: number, into: Buffer, position: number): void {
  for (let done = 0; done < into.length;) {
    const read = readSync(fd, into, done, into.length - done, position + done);
    if (read === 0) return;
    done += read;
  }
}
