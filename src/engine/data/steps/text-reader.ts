// Texts out of a file of texts one after the other, by where they begin: in order through a window, or anywhere.
import { closeSync, openSync, readSync } from 'node:fs';

const windowBytes = 1 << 20;

export class TextReader {
  readonly #fd: number;
  #window = Buffer.alloc(0);
  #start = 0;

  /** @param window bytes read at once: small where texts are taken from anywhere */
  constructor(file: string, private readonly window = windowBytes) {
    this.#fd = openSync(file, 'r');
  }

  bytes(offset: number, length: number): Buffer {
    if (offset < this.#start || offset + length > this.#start + this.#window.length) {
      const wanted = Buffer.allocUnsafe(Math.max(length, this.window));
      let filled = 0;
      for (let read = 1; read > 0 && filled < wanted.length; filled += read) read = readSync(this.#fd, wanted, filled, wanted.length - filled, offset + filled);
      this.#window = wanted.subarray(0, filled);
      this.#start = offset;
    }
    const from = offset - this.#start;
    return this.#window.subarray(from, from + length);
  }

  text(offset: number, length: number): string {
    return this.bytes(offset, length).toString('utf8');
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** Fills `bytes` with what stands at `offset` of a file; throws when there is not as much. */
export function readInto(file: string, bytes: Uint8Array, offset: number): void {
  const fd = openSync(file, 'r');
  try {
    for (let done = 0; done < bytes.length;) {
      const read = readSync(fd, bytes, done, bytes.length - done, offset + done);
      if (read === 0) throw new Error(`${file} ends at byte ${offset + done}`);
      done += read;
    }
  } finally {
    closeSync(fd);
  }
}
