// Tokens of many documents in one growing array, with what is needed to draw, split and report them.

export interface StoredDocument {
  /** Offset of the first token, and how many. */
  readonly start: number;
  readonly length: number;
  /** UTF-8 bytes of the text that bears loss. */
  readonly bytes: number;
  /** Documents with the same key never fall on both sides of a held-out split. */
  readonly group: string;
  /** Of the normalised text. */
  readonly textHash: string;
  /** Position of the document it is a piece of, counting from 0; pieces of one document share it. */
  readonly document: number;
}

export class TokenStore {
  #tokens = new Uint32Array(1 << 14);
  #mask = new Uint8Array(1 << 14);
  #length = 0;
  readonly documents: StoredDocument[] = [];

  /** `mask` undefined: every token bears loss. */
  add(ids: readonly number[], mask: Uint8Array | undefined, facts: Omit<StoredDocument, 'start' | 'length'>): void {
    this.#reserve(ids.length);
    this.#tokens.set(ids, this.#length);
    if (mask) this.#mask.set(mask, this.#length);
    else this.#mask.fill(1, this.#length, this.#length + ids.length);
    this.documents.push({ ...facts, start: this.#length, length: ids.length });
    this.#length += ids.length;
  }

  /** Forgets the other documents; their tokens stay where they are. */
  keepOnly(documents: readonly StoredDocument[]): void {
    const kept = new Set(documents);
    const left = this.documents.filter((document) => kept.has(document));
    this.documents.length = 0;
    for (const document of left) this.documents.push(document);
  }

  tokensOf({ start, length }: StoredDocument): Uint32Array {
    return this.#tokens.subarray(start, start + length);
  }

  maskOf({ start, length }: StoredDocument): Uint8Array {
    return this.#mask.subarray(start, start + length);
  }

  #reserve(more: number): void {
    let capacity = this.#tokens.length;
    if (this.#length + more <= capacity) return;
    while (capacity < this.#length + more) capacity *= 2;
    const tokens = new Uint32Array(capacity);
    tokens.set(this.#tokens);
    const mask = new Uint8Array(capacity);
    mask.set(this.#mask);
    this.#tokens = tokens;
    this.#mask = mask;
  }
}
