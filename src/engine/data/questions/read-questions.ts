// Question files to questions: MedQA's form as JSON lines or a list, PubMedQA's as an object keyed by PubMed id.
import { access } from 'node:fs/promises';
import { userError, type Problem } from '../../../base/errors/problem';
import type { Place } from '../read/document';
import { scalarAt, type JsonRecord } from '../read/records/record';
import { containerOf, readRecords } from '../read/records/records';
import { medQaQuestion } from './medqa';
import { pubMedQaQuestion } from './pubmedqa';
import { BadQuestion, type Question } from './question';

/** Far above any question; a longer record is set aside. */
export const maximumQuestionBytes = 1 << 24;

export interface QuestionSet {
  readonly questions: readonly Question[];
  /** Records that are no usable questions, each with file, line and key; severity warning, code `question-REASON`. */
  readonly setAside: readonly Problem[];
}

export interface QuestionFields {
  /** Field of a record whose value is its question's group. */
  readonly groupBy?: string | undefined;
}

/** `name` is what messages call the file. Throws a UserError when the file is missing or holds no usable question. */
export async function readQuestions(file: string, name: string = file, fields: QuestionFields = {}): Promise<QuestionSet> {
  await access(file).catch(() => {
    throw userError({ code: 'questions-not-found', file: name, message: 'there is no such question file', next: 'Check the path.' });
  });
  const questions: Question[] = [];
  const setAside: Problem[] = [];
  for await (const item of readRecords({ path: file, name }, containerOf(name), maximumQuestionBytes)) {
    if (item.kind === 'bad') {
      setAside.push(toProblem(item.reason, item.detail, item.place));
      continue;
    }
    const { value, place } = item;
    try {
      questions.push(questionOf(value, place, fields));
    } catch (error) {
      if (!(error instanceof BadQuestion)) throw error;
      setAside.push(toProblem(error.reason, error.message, place, error.key));
    }
  }
  if (questions.length === 0) {
    const first = setAside[0];
    throw userError({
      code: 'questions-none', file: name,
      ...(first?.line === undefined ? {} : { line: first.line }), ...(first?.key === undefined ? {} : { key: first.key }),
      message: first ? `none of the ${setAside.length} records is a usable question; the first: ${first.message}` : 'the file holds no question',
      next: 'Give questions in MedQA\'s form (question, options by letter, answer_idx) or in PubMedQA\'s own.',
    });
  }
  return { questions, setAside };
}

/** Throws a BadQuestion. */
export function questionOf(value: JsonRecord, place: Place, { groupBy }: QuestionFields = {}): Question {
  const question = 'CONTEXTS' in value || 'final_decision' in value
    ? pubMedQaQuestion(value, place.record ?? String(place.line))
    : medQaQuestion(value, String(place.line ?? place.record));
  const { reasoning } = value;
  const group = groupBy === undefined ? question.pmid : scalarAt(value, groupBy);
  return {
    ...question,
    ...(typeof reasoning === 'string' && reasoning.trim() !== '' ? { reasoning: reasoning.trim() } : {}),
    ...(group === undefined ? {} : { group }),
    ...(place.line === undefined ? {} : { line: place.line }),
  };
}

export function toProblem(reason: string, message: string, place: Place, key?: string): Problem {
  const path = [place.record, key].filter((part) => part !== undefined).join('.');
  return {
    code: `question-${reason}`, severity: 'warning', message, file: place.file,
    ...(place.line === undefined ? {} : { line: place.line }), ...(path === '' ? {} : { key: path }),
    next: 'Mend or remove the record.',
  };
}
