// PubMedQA's own form as yes/no/maybe questions over their abstract; LONG_ANSWER is never shown.
import type { JsonRecord } from '../read/records/record';
import { type Answers, BadQuestion, requiredText, type Question } from './question';

const decisions = ['yes', 'no', 'maybe'];

export function pubMedQaQuestion(record: JsonRecord, pmid: string, answers: Answers): Question {
  const contexts = record['CONTEXTS'];
  if (!Array.isArray(contexts) || contexts.length === 0) throw new BadQuestion('no-context', '`CONTEXTS` is not a list of texts', 'CONTEXTS');
  const answerIndex = decisions.indexOf(String(record['final_decision']));
  if (answerIndex < 0 && answers === 'needed') throw new BadQuestion('no-answer', `\`final_decision\` is none of ${decisions.join(', ')}`, 'final_decision');
  return {
    id: pmid, pmid, answerIndex,
    question: requiredText(record['QUESTION'], 'QUESTION'),
    options: { A: 'yes', B: 'no', C: 'maybe' },
    context: contexts.map((part, index) => requiredText(part, `CONTEXTS.${index}`)).join('\n'),
  };
}
