// MedMCQA's own form, as its authors and as the Hugging Face Hub have it: opa to opd, and `cop`, the right one, which the authors
// count from 1 and the Hub from 0. Which of the two it is shows in a whole file only: in a 4, in a 0, or in a −1 (no answer known).
import { scalarAt, type JsonRecord } from '../read/records/record';
import { type Answers, BadQuestion, requiredText, type Question } from './question';

const optionFields = ['opa', 'opb', 'opc', 'opd'] as const;

/** What `cop` counts from; undefined when the values seen do not tell. */
export type CopBase = 0 | 1 | undefined;

export function isMedMcQa(record: JsonRecord): boolean {
  return optionFields.every((field) => field in record);
}

export function copBaseOf(values: ReadonlySet<number>): CopBase {
  const [fromOne, fromZero] = [values.has(4), values.has(0) || values.has(-1)];
  return fromOne === fromZero ? undefined : fromOne ? 1 : 0;
}

/** A number also where Parquet holds it in 64 bits, or CSV as text. */
export function copOf(record: JsonRecord): number | undefined {
  const text = scalarAt(record, 'cop');
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

export function medMcQaQuestion(record: JsonRecord, fallbackId: string, base: CopBase, answers: Answers): Question {
  const options = Object.fromEntries(optionFields.map((field, index) => [String.fromCharCode(65 + index), requiredText(record[field], field)]));
  const cop = copOf(record);
  const answerIndex = cop === undefined || base === undefined || cop < base || cop - base >= optionFields.length ? -1 : cop - base;
  if (answerIndex < 0 && answers === 'needed') {
    throw new BadQuestion('no-answer', base === undefined ? 'whether `cop` counts from 0 or from 1 shows only in a whole file that has a 4, a 0 or a -1' : '`cop` names none of the four options', 'cop');
  }
  return { id: scalarAt(record, 'id') ?? fallbackId, question: requiredText(record['question'], 'question'), options, answerIndex };
}
