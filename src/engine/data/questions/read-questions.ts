// Question files to questions: MedQA's form as JSON lines or a list, PubMedQA's as an object keyed by PubMed id, and MedMCQA and MMLU
// as their authors or the Hub distribute them. Which form a record has is told by its fields.
import { access } from 'node:fs/promises';
import { userError, type Problem } from '../../../base/errors/problem';
import type { BadRecord, InputFile, Place } from '../read/document';
import { scalarAt, type JsonRecord, type PlacedRecord } from '../read/records/record';
import { firstRow } from '../read/records/csv';
import { containerOf, readRecords } from '../read/records/records';
import { type CopBase, copBaseOf, copOf, isMedMcQa, medMcQaQuestion } from './medmcqa';
import { medQaQuestion } from './medqa';
import { isMmlu, isMmluRow, mmluColumns, mmluQuestion } from './mmlu';
import { pubMedQaQuestion } from './pubmedqa';
import { type Answers, BadQuestion, type Question } from './question';

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
  /** Needed unless said otherwise. */
  readonly answers?: Answers;
}

/** `name` is what messages call the file. Throws a UserError when the file is missing or holds no usable question. */
export async function readQuestions(file: string, name: string = file, fields: QuestionFields = {}): Promise<QuestionSet> {
  await access(file).catch(() => {
    throw userError({ code: 'questions-not-found', file: name, message: 'there is no such question file', next: 'Check the path.' });
  });
  const questions: Question[] = [];
  const setAside: Problem[] = [];
  const copBase = await findCopBase({ path: file, name });
  for await (const item of recordsOf({ path: file, name })) {
    if (item.kind === 'bad') {
      setAside.push(toProblem(item.reason, item.detail, item.place));
      continue;
    }
    const { value, place } = item;
    try {
      questions.push(questionOf(value, place, fields, copBase));
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
      next: 'Give questions in MedQA\'s form (question, options by letter, answer_idx), or PubMedQA, MedMCQA or MMLU as they are distributed.',
    });
  }
  return { questions, setAside };
}

async function* recordsOf(file: InputFile): AsyncGenerator<PlacedRecord | BadRecord> {
  const container = containerOf(file.name);
  const first = container === 'csv' ? await firstRow(file, maximumQuestionBytes) : undefined;
  yield* readRecords(file, container, maximumQuestionBytes, first && isMmluRow(first) ? mmluColumns : undefined);
}

/** Of a file of MedMCQA: a pass over the whole of it, which ends early where it begins with something else. */
async function findCopBase(file: InputFile): Promise<CopBase> {
  const values = new Set<number>();
  for await (const item of recordsOf(file)) {
    if (item.kind === 'bad') continue;
    if (!isMedMcQa(item.value)) return undefined;
    const cop = copOf(item.value);
    if (cop !== undefined) values.add(cop);
  }
  return copBaseOf(values);
}

/** Throws a BadQuestion. */
export function questionOf(value: JsonRecord, place: Place, { groupBy, answers = 'needed' }: QuestionFields = {}, copBase?: CopBase): Question {
  const question = formOf(value, place, answers, copBase);
  const { reasoning } = value;
  const group = groupBy === undefined ? question.pmid : scalarAt(value, groupBy);
  return {
    ...question,
    ...(typeof reasoning === 'string' && reasoning.trim() !== '' ? { reasoning: reasoning.trim() } : {}),
    ...(group === undefined ? {} : { group }),
    ...(place.line === undefined ? {} : { line: place.line }),
  };
}

function formOf(value: JsonRecord, place: Place, answers: Answers, copBase: CopBase): Question {
  if ('CONTEXTS' in value || 'final_decision' in value) return pubMedQaQuestion(value, place.record ?? String(place.line), answers);
  const fallbackId = String(place.line ?? place.record);
  if (isMedMcQa(value)) return medMcQaQuestion(value, fallbackId, copBase, answers);
  return isMmlu(value) ? mmluQuestion(value, fallbackId, answers) : medQaQuestion(value, fallbackId, answers);
}

export function toProblem(reason: string, message: string, place: Place, key?: string): Problem {
  const path = [place.record, key].filter((part) => part !== undefined).join('.');
  return {
    code: `question-${reason}`, severity: 'warning', message, file: place.file,
    ...(place.line === undefined ? {} : { line: place.line }), ...(path === '' ? {} : { key: path }),
    next: 'Mend or remove the record.',
  };
}
