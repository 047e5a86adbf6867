// Reads the lines added to a file since the last look, by byte offset.
import { open } from 'node:fs/promises';
import { errorCode } from '../files/retry';

const chunkBytes = 256 * 1024;

export class LineTail {
  #offset = 0;
  #rest = Buffer.alloc(0);

  constructor(private readonly file: string) {}

  /** Whole lines since the last call. Half a line waits; when the file became shorter, what waited is gone with it. */
  async read(): Promise<string[]> {
    let handle;
    try {
      handle = await open(this.file, 'r');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
    try {
      const { size } = await handle.stat();
      if (size < this.#offset) this.#cutTo(size);
      const lines: string[] = [];
      for (;;) {
        const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, this.#offset);
        if (bytesRead === 0) return lines;
        this.#offset += bytesRead;
        lines.push(...this.#split(buffer.subarray(0, bytesRead)));
      }
    } finally {
      await handle.close();
    }
  }

  /** Half a line at the end, as of a writer that was killed. */
  get torn(): string {
    return this.#rest.toString('utf8');
  }

  #split(added: Buffer): string[] {
    const text = Buffer.concat([this.#rest, added]);
    const end = text.lastIndexOf(0x0a) + 1;
    this.#rest = text.subarray(end);
    return end === 0 ? [] : text.toString('utf8', 0, end - 1).split('\n');
  }

  /** A torn last line was truncated by the next attempt; more than that only after a power cut, already read lines then stand. */
  #cutTo(size: number): void {
    const kept = Math.max(0, this.#rest.length - (this.#offset - size));
    this.#rest = this.#rest.subarray(0, kept);
    this.#offset = size;
  }
}
