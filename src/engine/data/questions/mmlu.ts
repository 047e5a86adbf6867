// MMLU: the authors' CSV has no header (question, four options, letter); the Hub has `choices` and `answer`, counted from 0.
import { isRecord, scalarAt, type JsonRecord } from '../read/records/record';
import { type Answers, BadQuestion, requiredText, type Question } from './question';

/** Columns of the authors' files. */
export const mmluColumns = ['question', 'A', 'B', 'C', 'D', 'answer'] as const;

/** Whether the first row of a file is a question already. */
export function isMmluRow(fields: readonly string[]): boolean {
  return fields.length === mmluColumns.length && /^[A-D]$/.test(fields.at(-1)!.trim());
}

export function isMmlu(record: JsonRecord): boolean {
  return isChoices(record['choices']) || mmluColumns.every((name) => name in record);
}

export function mmluQuestion(record: JsonRecord, fallbackId: string, answers: Answers): Question {
  const options = optionsOf(record);
  const letters = Object.keys(options);
  if (letters.length < 2) throw new BadQuestion('no-options', 'a question has at least two options', 'choices');
  const answer = scalarAt(record, 'answer')?.trim() ?? '';
  const place = /^\d+$/.test(answer) ? Number(answer) : letters.indexOf(answer);
  const answerIndex = place < letters.length ? place : -1;
  if (answerIndex < 0 && answers === 'needed') throw new BadQuestion('no-answer', '`answer` names none of the options', 'answer');
  return { id: scalarAt(record, 'id') ?? fallbackId, question: requiredText(record['question'], 'question'), options, answerIndex };
}

function optionsOf(record: JsonRecord): Record<string, string> {
  const { choices } = record;
  if (!isChoices(choices)) return Object.fromEntries(['A', 'B', 'C', 'D'].map((letter) => [letter, requiredText(record[letter], letter)]));
  return Object.fromEntries(Object.values(choices).map((text, index) => [String.fromCharCode(65 + index), requiredText(text, `choices.${index}`)]));
}

/** Parquet gives a list, or an object by position. */
function isChoices(value: unknown): value is readonly unknown[] | JsonRecord {
  return Array.isArray(value) || isRecord(value);
}
