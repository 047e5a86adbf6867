// results.jsonl of a prompt experiment: one line an answer, appended as it comes, so that kill -9 loses at most the
// answer under way and nothing is asked twice. Private: the answers may speak of patients.
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { userError } from '../../base/errors/problem';
import type { AnswerRecord } from '../../protocol/answer-record';

export function recordKey(record: Pick<AnswerRecord, 'model' | 'promptHash' | 'strategy' | 'repeat'>): string {
  return [record.model, record.promptHash, record.strategy, record.repeat].join('\n');
}

/** Records by key. A torn last line, left by a crash, is cut off the file and said in `torn`. */
export function readJournal(file: string): { readonly records: Map<string, AnswerRecord>; readonly torn: boolean } {
  const records = new Map<string, AnswerRecord>();
  if (!existsSync(file)) return { records, torn: false };
  const bytes = readFileSync(file);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length) truncateSync(file, whole);
  const lines = bytes.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
  for (const [index, line] of lines.entries()) {
    const record = parseLine(line, file, index + 1);
    records.set(recordKey(record), record);
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

export function appendRecord(file: string, record: AnswerRecord): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  appendFileSync(file, `${JSON.stringify(record)}\n`, { mode: 0o600 });
}
