// A line of a question set in JSON lines, as far as showing it needs; what may be asked is decided where questions are read.
import type { AnswerOption } from './render';

export interface QuestionLine {
  readonly question: string;
  readonly options: readonly AnswerOption[];
}

/** Cheap enough for every line in sight: an object with a question in it, MedQA's or PubMedQA's. */
export function looksLikeQuestion(line: string): boolean {
  return /^\s*\{/.test(line) && /"(?:question|QUESTION)"\s*:/.test(line);
}

/** Undefined when the line holds no question that can be shown. */
export function readQuestionLine(line: string): QuestionLine | undefined {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof record !== 'object' || record === null) return undefined;
  const { question, QUESTION, options } = record as Readonly<Record<string, unknown>>;
  const text = typeof question === 'string' ? question : QUESTION;
  if (typeof text !== 'string') return undefined;
  const given = typeof options === 'object' && options !== null ? Object.entries(options) : [];
  return { question: text, options: given.flatMap(([letter, option]) => (typeof option === 'string' ? [{ letter, text: option }] : [])) };
}
