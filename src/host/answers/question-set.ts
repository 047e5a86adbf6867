// The question set of a panel: where each question stands in its file, its first words, and its text on demand.
import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { questionHash } from '../../runs/asks';
import { readQuestionRecord, type ShownQuestion } from './question-record';

export interface QuestionPlace {
  /** From 1; of a file that is one JSON value it is found when it is needed. */
  readonly line?: number;
  readonly excerpt: string;
  /** As inline answers have it; absent for one JSON value. */
  readonly hash?: string;
  /** Of the line in the file (bytes); absent for one JSON value, whose questions are kept. */
  readonly bytes?: { readonly start: number; readonly length: number };
  readonly kept?: ShownQuestion;
}

const excerptLength = 140;
/** The editor's other work goes on while a long file is read. */
const linesBetweenBreaths = 2_000;
const newline = 0x0a;

export class QuestionSet {
  #places: ReadonlyMap<string, QuestionPlace> = new Map();
  #hash: string | undefined;
  #stamp = '';

  constructor(readonly file: string) {}

  /** By id, in the order of the file. */
  get places(): ReadonlyMap<string, QuestionPlace> {
    return this.#places;
  }

  /** SHA-256 of the file; undefined when it is gone. */
  get hash(): string | undefined {
    return this.#hash;
  }

  /** Reads the file when it changed; true when it did. */
  async refresh(): Promise<boolean> {
    const now = await stat(this.file).catch(() => undefined);
    const stamp = now ? `${now.mtimeMs} ${now.size}` : 'gone';
    if (stamp === this.#stamp) return false;
    this.#stamp = stamp;
    const bytes = now && await readFile(this.file).catch(() => undefined);
    this.#hash = bytes && createHash('sha256').update(bytes).digest('hex');
    this.#places = bytes ? wholeValue(this.file, bytes) ?? await linesOf(bytes) : new Map();
    return true;
  }

  async question(id: string): Promise<ShownQuestion | undefined> {
    const place = this.#places.get(id);
    if (!place?.bytes) return place?.kept;
    const handle = await open(this.file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(place.bytes.length), 0, place.bytes.length, place.bytes.start);
      return readQuestionRecord(parseJson(buffer.toString('utf8', 0, bytesRead)), String(place.line));
    } finally {
      await handle.close();
    }
  }

  /** Line of a question, from 1. */
  async lineOf(id: string): Promise<number | undefined> {
    const place = this.#places.get(id);
    if (!place || place.line !== undefined) return place?.line;
    const at = (await readFile(this.file, 'utf8')).split('\n').findIndex((line) => line.includes(JSON.stringify(id)));
    return at < 0 ? 1 : at + 1;
  }
}

async function linesOf(bytes: Buffer): Promise<Map<string, QuestionPlace>> {
  const places = new Map<string, QuestionPlace>();
  let start = 0;
  for (let line = 1; start < bytes.length; line += 1) {
    const next = bytes.indexOf(newline, start);
    const end = next < 0 ? bytes.length : next;
    const text = bytes.toString('utf8', start, end);
    const shown = readQuestionRecord(parseJson(text), String(line));
    if (shown && !places.has(shown.id)) places.set(shown.id, { line, excerpt: excerptOf(shown.question), hash: questionHash(text), bytes: { start, length: end - start } });
    start = end + 1;
    if (line % linesBetweenBreaths === 0) await breathe();
  }
  return places;
}

/** Undefined for JSON lines. */
function wholeValue(file: string, bytes: Buffer): Map<string, QuestionPlace> | undefined {
  if (/\.(?:jsonl|ndjson)$/i.test(file)) return undefined;
  const value = parseJson(bytes.toString('utf8'));
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Array.isArray(value) ? value.map((one, place) => [String(place + 1), one] as const) : Object.entries(value);
  return new Map(entries.flatMap(([key, one]) => {
    const kept = readQuestionRecord(one, key);
    return kept ? [[kept.id, { excerpt: excerptOf(kept.question), kept }] as const] : [];
  }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    return undefined;
  }
}

/** On one line. */
function excerptOf(question: string): string {
  const line = question.slice(0, 2 * excerptLength).replace(/\s+/g, ' ');
  return line.length > excerptLength ? `${line.slice(0, excerptLength)}…` : line;
}
