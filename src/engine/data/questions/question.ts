// A multiple-choice question as its file gives it.

export interface Question {
  readonly id: string;
  readonly question: string;
  /** Texts by letter, in order from A. */
  readonly options: Readonly<Record<string, string>>;
  /** Index of the right option; −1 where that is not known and need not be. */
  readonly answerIndex: number;
  /** Abstract the question is about, for PubMedQA. */
  readonly context?: string;
  /** PubMed id of that abstract. */
  readonly pmid?: string;
  /** How the answer follows, where the record has a field `reasoning`. */
  readonly reasoning?: string;
  /** Value of the field that groups records, such as the patient; the PubMed id where there is one. */
  readonly group?: string;
  /** Line in a file of JSON lines, from 1. */
  readonly line?: number;
}

/** `optional`: a question whose right answer is not known is kept, with the index −1. */
export type Answers = 'needed' | 'optional';

/** Thrown by a form's reader for a record that is no usable question. */
export class BadQuestion extends Error {
  constructor(readonly reason: string, message: string, readonly key?: string) {
    super(message);
  }
}

export function requiredText(value: unknown, key: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw new BadQuestion('no-text', `\`${key}\` is not a text`, key);
}
