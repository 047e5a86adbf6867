// results.jsonl of a prompt experiment: one line an answer, appended as it comes, so that kill -9 loses at most the
// answers under way and nothing is asked twice. Private: the answers may speak of patients.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { userError } from '../../base/errors/problem';
import type { AnswerRecord } from '../../protocol/answer-record';
import { privateFileMode, privateFolderMode, writeAllSync } from '../../runs/files/atomic';

export function recordKey(record: Pick<AnswerRecord, 'model' | 'promptHash' | 'strategy' | 'repeat'>): string {
  return [record.model, record.promptHash, record.strategy, record.repeat].join('\n');
}

/** Prompts may be long and are needed by nobody here. */
export type KeptAnswer = Omit<AnswerRecord, 'messages'>;

export interface JournalContent {
  /** By key. */
  readonly records: Map<string, KeptAnswer>;
  /** A torn last line, left by a crash, was cut off the file. */
  readonly torn: boolean;
}

export function readJournal(file: string): JournalContent {
  const records = new Map<string, KeptAnswer>();
  if (!existsSync(file)) return { records, torn: false };
  const bytes = readFileSync(file);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length) truncateSync(file, whole);
  let lineNumber = 0;
  // Line by line: the text of 50,000 answers in one string would be the largest thing in memory.
  for (let start = 0; start < whole;) {
    const end = bytes.indexOf(0x0a, start);
    lineNumber += 1;
    const record = withoutPrompt(parseLine(bytes.toString('utf8', start, end), file, lineNumber));
    records.set(recordKey(record), record);
    start = end + 1;
  }
  return { records, torn: whole < bytes.length };
}

function parseLine(line: string, file: string, lineNumber: number): AnswerRecord {
  try {
    const record = JSON.parse(line) as Partial<AnswerRecord> | null;
    if (record?.schema === 1 && typeof record.answer === 'string' && typeof record.promptHash === 'string') return record as AnswerRecord;
  } catch {
    // Told below, with the place.
  }
  throw userError({ code: 'prompt-journal-damaged', file, line: lineNumber, message: 'this line is not an answer record', next: 'Remove the line; its question is then asked again.' });
}

function withoutPrompt(record: AnswerRecord): KeptAnswer {
  const kept: { messages?: unknown } & KeptAnswer = { ...record };
  delete kept.messages;
  return kept;
}

/** What is kept, and where more is added. Opened once: a write a record is all there is to do. */
export class Journal {
  readonly #records: Map<string, KeptAnswer>;
  readonly torn: boolean;
  #descriptor: number | undefined;

  constructor(private readonly file: string) {
    const { records, torn } = readJournal(file);
    this.#records = records;
    this.torn = torn;
  }

  get(key: string): KeptAnswer | undefined {
    return this.#records.get(key);
  }

  get records(): readonly KeptAnswer[] {
    return [...this.#records.values()];
  }

  append(record: AnswerRecord): void {
    if (this.#descriptor === undefined) {
      mkdirSync(path.dirname(this.file), { recursive: true, mode: privateFolderMode });
      this.#descriptor = openSync(this.file, 'a', privateFileMode);
    }
    writeAllSync(this.#descriptor, Buffer.from(`${JSON.stringify(record)}\n`));
    this.#records.set(recordKey(record), withoutPrompt(record));
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
