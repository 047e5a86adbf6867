// Records of asked questions as tests need them.
import type { AskRecord } from '../../../../src/protocol/asks';

export function askRecord(changes: Partial<AskRecord> = {}): AskRecord {
  return {
    schema: 1, ask: 'ask-1', at: '2026-11-23T04:00:00.000Z', cot: 'prompts/a.cot', questions: 'data/q.jsonl', line: 1, questionHash: 'hash-1', question: 'q-1',
    strategy: 'direct', repeat: 0, repeats: 1, model: 'sample', modelIdentity: 'sample@0123', cloud: false,
    messages: [{ role: 'system', content: 'Answer.' }, { role: 'user', content: 'What is it?' }],
    answer: 'B', finishReason: 'stop', letters: ['A', 'B'], gold: 'B', letter: 'B', taken: 'B', rule: 'letter', extractor: 'auto', extractorVersion: 1,
    temperature: 0, seed: 7, firstTextMs: 120, durationMs: 340, ...changes,
  };
}

/** No answer was taken. */
export function withoutLetter(record: AskRecord): AskRecord {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== 'letter')) as unknown as AskRecord;
}

/** Translates nothing. */
export function english(message: string, ...values: (string | number)[]): string {
  return message.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)]));
}
