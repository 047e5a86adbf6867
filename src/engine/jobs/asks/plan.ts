// What an Ask asks: the prompt file as it stands in the editor, the questions of the chosen lines, and their samples.
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import { parseCot } from '../../../documents/cot/parse';
import type { CotSettings } from '../../../documents/cot/schema';
import type { AskRequest } from '../../../protocol/asks';
import { questionHash } from '../../../runs/asks';
import { readQuestionLines } from '../../data/questions';
import { planSamples, type PlannedSample } from '../../prompting';
import { toStoredPath } from '../prepare/paths';
import { demandDocument, readDocumentText } from '../prepare/read-document';
import { toPromptQuestion } from '../prompt/questions';

export interface AskPlan {
  /** Stored paths. */
  readonly cot: string;
  readonly questions: string;
  readonly settings: CotSettings;
  readonly samples: readonly AskSample[];
}

export interface AskSample extends PlannedSample {
  /** Line of the question, from 1. */
  readonly line: number;
  readonly questionHash: string;
  /** Samples of this question and strategy. */
  readonly repeats: number;
}

/** Throws a user error with file and line for a prompt or a question that cannot be asked. */
export async function planAsk(root: string, request: AskRequest): Promise<AskPlan> {
  if (request.lines.length === 0) throw userError({ code: 'ask-no-lines', key: 'lines', message: 'no question was chosen', next: 'Name the line of a question.' });
  const cot = toStoredPath(root, request.cot);
  const text = request.cotText ?? await readDocumentText(root, request.cot, 'prompt-not-found');
  const { settings: ofFile, body } = demandDocument(parseCot(text, cot));
  const file = request.questions ?? path.resolve(path.dirname(request.cot), ofFile.questions);
  const questions = toStoredPath(root, file);
  const lines = await readQuestionLines({ file, name: questions, ...(request.questionsText === undefined ? {} : { text: request.questionsText }) }, request.lines);
  // The lines are the choice: what the file says of the first questions does not count.
  const settings: CotSettings = { ...ofFile, limit: undefined, ...(request.strategies === undefined ? {} : { strategies: [...request.strategies] }) };
  const list = lines.map(({ question }) => toPromptQuestion(question));
  const planned = [...planSamples(settings, body, list, cot, request.repeats === undefined ? {} : { repeats: request.repeats })];
  return {
    cot, questions, settings,
    samples: planned.map((sample) => ({
      ...sample, line: lines[sample.index]!.line, questionHash: questionHash(lines[sample.index]!.text),
      repeats: planned.filter((other) => other.index === sample.index && other.strategy === sample.strategy).length,
    })),
  };
}
