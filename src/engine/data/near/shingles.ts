// Runs of words of a document as hashes, for comparing documents. Text is normalised as datatrove does before MinHash: lower
// case, no diacritics, no punctuation, and every number the same; words are runs of letters and digits.

export interface ShingleSettings {
  /** Words in a run. */
  readonly nGrams: number;
  /** Every number is read as 0, so that documents that differ only in numbers are the same. */
  readonly normNumbers: boolean;
}

/** Room for a document's words, used again for the next one. */
let low = new Int32Array(1 << 12);
let high = new Int32Array(1 << 12);

/**
 * Distinct runs of words, ascending, each a hash of 53 bits: two different runs of one pair of documents are taken for the
 * same with odds of about 10^-10. Empty when the text has fewer words than a run.
 */
export function shinglesOf(text: string, { nGrams, normNumbers }: ShingleSettings): Float64Array {
  const words = hashWords(text, normNumbers);
  const count = words - nGrams + 1;
  if (count <= 0) return new Float64Array(0);
  const shingles = new Float64Array(count);
  for (let start = 0; start < count; start++) shingles[start] = hashRun(start, nGrams);
  return distinct(shingles.sort());
}

/** All runs of each length in `lengths` in the order of the text, numbers as they are: (hash, first word, words). Ends when `visit` returns true. */
export function visitRuns(text: string, lengths: readonly number[], visit: (hash: number, start: number, length: number) => boolean): void {
  const words = hashWords(text, false);
  for (const length of lengths) {
    for (let start = 0; start + length <= words; start++) if (visit(hashRun(start, length), start, length)) return;
  }
}

export function countWords(text: string): number {
  return hashWords(text, false);
}

/** 53 bits over words of the text that was hashed last. */
function hashRun(start: number, length: number): number {
  let a = 0x243f6a88;
  let b = 0x85a308d3 | 0;
  for (let i = start; i < start + length; i++) {
    a = Math.imul(a ^ low[i]!, 0x85ebca6b);
    a ^= a >>> 15;
    b = Math.imul(b ^ high[i]!, 0xc2b2ae35);
    b ^= b >>> 13;
  }
  return (mix(a) >>> 0) * 0x200000 + (mix(b) >>> 11);
}

/** The first 32 bits of a shingle. */
export function word32(shingle: number): number {
  return (shingle / 0x200000) | 0;
}

/** Of two ascending lists without repeats: shared runs by runs of either. */
export function jaccard(a: Float64Array, b: Float64Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const x = a[i]!;
    const y = b[j]!;
    if (x === y) shared += 1;
    if (x <= y) i += 1;
    if (y <= x) j += 1;
  }
  const either = a.length + b.length - shared;
  return either === 0 ? 0 : shared / either;
}

/** The last step of MurmurHash3, 32 bits. */
export function mix(hash: number): number {
  let h = hash;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const digitZero = 48;
const isDigit = (code: number): boolean => code >= digitZero && code <= 57;

/** Fills `low` and `high` with two hashes a word and returns how many words there are. */
function hashWords(text: string, normNumbers: boolean): number {
  const normal = isAscii(text) ? text.toLowerCase() : text.normalize('NFD').replace(/\p{M}+/gu, '').toLowerCase();
  let words = 0;
  let a = 0;
  let b = 0;
  let inWord = false;
  const length = normal.length;
  for (let at = 0; at <= length; at++) {
    const code = at < length ? normal.charCodeAt(at) : 0;
    if (isWordCode(code)) {
      if (normNumbers && isDigit(code)) {
        at = endOfNumber(normal, at) - 1;
        a = Math.imul(a ^ digitZero, 0x01000193);
        b = Math.imul(b + digitZero, 0x9e3779b1);
      } else {
        a = Math.imul(a ^ code, 0x01000193);
        b = Math.imul(b + code, 0x9e3779b1);
      }
      inWord = true;
    } else if (inWord) {
      if (words === low.length) grow();
      low[words] = mix(a);
      high[words] = mix(b);
      words += 1;
      a = 0;
      b = 0;
      inWord = false;
    }
  }
  return words;
}

/** Past the digits at `at` and, when a point and more digits follow, past these. */
function endOfNumber(text: string, at: number): number {
  let end = at;
  while (isDigit(text.charCodeAt(end))) end += 1;
  if (text.charCodeAt(end) === 46 && isDigit(text.charCodeAt(end + 1))) {
    end += 1;
    while (isDigit(text.charCodeAt(end))) end += 1;
  }
  return end;
}

/** By UTF-16 code unit: 0 not known yet, 1 no part of a word, 2 part of one. Halves of a surrogate pair are parts. */
const kinds = new Uint8Array(1 << 16);

function isWordCode(code: number): boolean {
  const kind = kinds[code]!;
  if (kind !== 0) return kind === 2;
  const isPart = (code >= 0xd800 && code <= 0xdfff) || /[\p{L}\p{N}]/u.test(String.fromCharCode(code));
  kinds[code] = isPart ? 2 : 1;
  return isPart;
}

function isAscii(text: string): boolean {
  return !/[\u0080-\uffff]/.test(text);
}

function grow(): void {
  const [a, b] = [new Int32Array(2 * low.length), new Int32Array(2 * high.length)];
  a.set(low);
  b.set(high);
  low = a;
  high = b;
}

function distinct(sorted: Float64Array): Float64Array {
  let count = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[count++] = sorted[i]!;
  return sorted.slice(0, count);
}
