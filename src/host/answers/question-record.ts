// A record of a question set as prompts show it: MedQA's form, and PubMedQA's with its abstract before the question.
// What may be asked is decided by the engine; here records are only found and shown again. Pure.
import type { AnswerOption } from '../../documents/cot/render';

export interface ShownQuestion {
  readonly id: string;
  /** As prompts have it. */
  readonly question: string;
  readonly options: readonly AnswerOption[];
}

/** Undefined for what is no question. `fallbackId` is the line, or the record's key in its file. */
export function readQuestionRecord(value: unknown, fallbackId: string): ShownQuestion | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const record = value as Readonly<Record<string, unknown>>;
  if ('CONTEXTS' in record || 'final_decision' in record) {
    const { QUESTION, CONTEXTS } = record;
    if (typeof QUESTION !== 'string' || !Array.isArray(CONTEXTS)) return undefined;
    const context = CONTEXTS.map((part) => String(part).trim()).join('\n');
    return { id: fallbackId, question: `${context}\n\n${QUESTION.trim()}`, options: ['yes', 'no', 'maybe'].map((text, place) => ({ letter: String.fromCharCode(65 + place), text })) };
  }
  const { question, options } = record;
  if (typeof question !== 'string' || typeof options !== 'object' || options === null) return undefined;
  const list = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)).map(([letter, text]) => ({ letter, text: String(text).trim() }));
  return { id: scalar(record['id']) ?? scalar(record['realidx']) ?? fallbackId, question: question.trim(), options: list };
}

function scalar(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
