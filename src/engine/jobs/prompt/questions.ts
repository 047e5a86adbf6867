// The question set of a prompt experiment, as prompting sees it.
import type { PromptQuestion } from '../../prompting';
import { readQuestions, type Question } from '../../data/questions';
import { fromStoredPath } from '../prepare/paths';

export interface PromptQuestions {
  readonly questions: readonly PromptQuestion[];
  /** Records of the file that are no usable questions, by reason. */
  readonly setAside: Readonly<Record<string, number>>;
}

/** @param groupBy field whose value is a record's group. */
export async function readPromptQuestions(root: string, stored: string, groupBy?: string): Promise<PromptQuestions> {
  const { questions, setAside } = await readQuestions(fromStoredPath(root, stored), stored, { groupBy });
  const counts: Record<string, number> = {};
  for (const { code } of setAside) counts[code] = (counts[code] ?? 0) + 1;
  return { questions: questions.map(toPromptQuestion), setAside: counts };
}

/** The text a question is about stands before it. */
export function toPromptQuestion({ id, question, options, answerIndex, context, group, reasoning, line }: Question): PromptQuestion {
  const list = Object.entries(options).map(([letter, text]) => ({ letter, text }));
  return {
    id, question: context === undefined ? question : `${context}\n\n${question}`, options: list, answer: list[answerIndex]!.letter,
    ...(line === undefined || id !== String(line) ? { hasOwnId: true } : {}),
    ...(group === undefined ? {} : { group }), ...(reasoning === undefined ? {} : { reasoning }),
  };
}
