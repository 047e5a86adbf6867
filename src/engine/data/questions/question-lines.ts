// The questions that stand on certain lines of a set in JSON lines, on disk or as it stands in an editor.
import { access } from 'node:fs/promises';
import { UserError, userError, type Problem } from '../../../base/errors/problem';
import { readLines } from '../read/input/lines';
import { parseRecord } from '../read/records/record';
import { BadQuestion, type Question } from './question';
import { maximumQuestionBytes, questionOf, toProblem, type QuestionFields } from './read-questions';

export interface QuestionSource {
  readonly file: string;
  /** What messages call the file. */
  readonly name: string;
  /** Read instead of the file. */
  readonly text?: string;
}

export interface QuestionLine {
  /** From 1. */
  readonly line: number;
  /** The line itself, without its end. */
  readonly text: string;
  readonly question: Question;
}

/** In the order of the set, each line once. Throws a UserError with a problem for every line that is no usable question. */
export async function readQuestionLines(source: QuestionSource, lines: readonly number[], fields: QuestionFields = {}): Promise<QuestionLine[]> {
  const wanted = new Set(lines);
  const found: QuestionLine[] = [];
  const problems: Problem[] = [];
  for await (const { number, text } of linesOf(source)) {
    if (!wanted.delete(number)) continue;
    const place = { file: source.name, line: number };
    try {
      found.push({ line: number, text: text ?? '', question: questionOf(recordOf(text), place, fields) });
    } catch (error) {
      if (!(error instanceof BadQuestion)) throw error;
      problems.push({ ...toProblem(error.reason, error.message, place, error.key), severity: 'error' });
    }
    if (wanted.size === 0) break;
  }
  for (const line of wanted) {
    problems.push({ code: 'question-no-line', severity: 'error', file: source.name, line, message: 'the question set has no such line', next: 'Ask a line that holds a question.' });
  }
  const [first, ...rest] = problems;
  if (first) throw new UserError(first, ...rest);
  return found;
}

function recordOf(text: string | undefined): Readonly<Record<string, unknown>> {
  const record = text === undefined ? undefined : parseRecord(text);
  if (record === undefined) throw new BadQuestion('not-json', text?.trim() === '' ? 'the line is empty' : 'the line is not a JSON object: a set that is asked line by line has one question a line');
  return record;
}

interface NumberedLine { readonly number: number; readonly text: string | undefined }

/** Without the text of lines that are not UTF-8 or too long to be a question. */
async function* linesOf({ file, name, text }: QuestionSource): AsyncGenerator<NumberedLine> {
  if (text !== undefined) {
    for (const [index, line] of text.replace(/^\uFEFF/, '').split(/\r?\n/).entries()) yield { number: index + 1, text: line };
    return;
  }
  await access(file).catch(() => {
    throw userError({ code: 'questions-not-found', file: name, message: 'there is no such question file', next: 'Check the path.' });
  });
  for await (const line of readLines({ path: file, name }, maximumQuestionBytes)) yield { number: line.number, text: typeof line.text === 'string' ? line.text : undefined };
}
