// Cuts one JSON list or object into its elements without holding more than one of them, so that a file may be larger than
// the memory and a broken element costs itself alone. Only brackets and strings are looked at; JSON.parse judges the rest.

export interface JsonElement {
  readonly kind: 'element';
  /** From 1. */
  readonly position: number;
  readonly line: number;
  readonly offset: number;
  /** In an object with its key: `"key": value`. Undefined when larger than allowed. */
  readonly bytes: Buffer | undefined;
}
/** The list or object ended too early, or something stands behind it. */
export interface JsonDamage { readonly kind: 'damage'; readonly line: number; readonly offset: number; readonly detail: string }

const code = { quote: 0x22, backslash: 0x5c, comma: 0x2c, newline: 0x0a };
const opens = (byte: number): boolean => byte === 0x5b || byte === 0x7b;
const closes = (byte: number): boolean => byte === 0x5d || byte === 0x7d;
/** White space of JSON, and the three bytes of a byte order mark. */
const isSpace = (byte: number): boolean => byte === 0x20 || byte === code.newline || byte === 0x0d || byte === 0x09 || byte === 0xef || byte === 0xbb || byte === 0xbf;

export class JsonSplitter {
  #found: (JsonElement | JsonDamage)[] = [];
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #isClosed = false;
  #line = 1;
  #offset = 0;
  #position = 0;
  /** Where the element that is being read began; undefined between elements. */
  #start: { readonly line: number; readonly offset: number } | undefined;
  #pieces: Buffer[] = [];
  #length = 0;

  /** @param maximumBytes of an element that is held */
  constructor(private readonly maximumBytes: number) {}

  push(chunk: Buffer): (JsonElement | JsonDamage)[] {
    let from = this.#start ? 0 : -1;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (byte === code.newline) this.#line += 1;
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === code.backslash) this.#isEscaped = true;
        else if (byte === code.quote) this.#inString = false;
        continue;
      }
      if (this.#depth === 0) {
        this.#outside(byte, i);
        continue;
      }
      const endsElement = this.#depth === 1 && (byte === code.comma || closes(byte));
      if (endsElement) {
        if (from >= 0) this.#keep(chunk.subarray(from, i));
        this.#end(byte === code.comma || this.#position > 0, i);
        from = -1;
      } else if (!this.#start && !isSpace(byte)) {
        this.#start = { line: this.#line, offset: this.#offset + i };
        from = i;
      }
      if (byte === code.quote) this.#inString = true;
      else if (opens(byte)) this.#depth += 1;
      else if (closes(byte)) this.#depth -= 1;
      if (this.#depth === 0) this.#isClosed = true;
    }
    if (from >= 0) this.#keep(chunk.subarray(from));
    this.#offset += chunk.length;
    return this.#found.splice(0);
  }

  /** After the last chunk. */
  finish(): (JsonElement | JsonDamage)[] {
    if (this.#depth > 0) {
      const place = this.#start ?? { line: this.#line, offset: this.#offset };
      this.#found.push({ kind: 'damage', ...place, detail: 'the file ends in the middle of its list or object' });
    }
    return this.#found.splice(0);
  }

  #outside(byte: number, i: number): void {
    if (isSpace(byte)) return;
    if (opens(byte) && !this.#isClosed) {
      this.#depth = 1;
      return;
    }
    const isFirst = this.#isClosed;
    this.#isClosed = false;
    // Said once; what follows is skipped.
    this.#depth = -Infinity;
    this.#found.push({ kind: 'damage', line: this.#line, offset: this.#offset + i, detail: isFirst ? 'something stands behind the end of the list or object' : 'the file is no list and no object' });
  }

  #keep(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > this.maximumBytes) this.#pieces = [];
    else this.#pieces.push(piece);
  }

  /** @param isDue an element must stand here: before a comma, or after one */
  #end(isDue: boolean, i: number): void {
    if (this.#start) {
      this.#position += 1;
      this.#found.push({ kind: 'element', position: this.#position, ...this.#start, bytes: this.#length > this.maximumBytes ? undefined : Buffer.concat(this.#pieces) });
    } else if (isDue) {
      this.#position += 1;
      this.#found.push({ kind: 'damage', line: this.#line, offset: this.#offset + i, detail: 'an element is missing' });
    }
    this.#start = undefined;
    this.#pieces = [];
    this.#length = 0;
  }
}
