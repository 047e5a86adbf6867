// Readers of many files of texts, of which only so many are open at once: the one opened longest ago is closed first.
import { TextReader } from './text-reader';

export class OpenReaders {
  readonly #readers = new Map<string, TextReader>();

  constructor(private readonly most: number) {}

  /** Opened when it is not; texts are taken from anywhere in it. */
  of(file: string): TextReader {
    const known = this.#readers.get(file);
    if (known) return known;
    for (const [oldest, reader] of this.#readers) {
      if (this.#readers.size < this.most) break;
      reader.close();
      this.#readers.delete(oldest);
    }
    const reader = new TextReader(file, 0);
    this.#readers.set(file, reader);
    return reader;
  }

  close(): void {
    for (const reader of this.#readers.values()) reader.close();
    this.#readers.clear();
  }
}
