// MedQA's form, which other sets are normalised to: question, options by letter, answer_idx (letter), answer (text).
import { isRecord, scalarAt, type JsonRecord } from '../read/records/record';
import { type Answers, BadQuestion, requiredText, type Question } from './question';

export function medQaQuestion(record: JsonRecord, fallbackId: string, answers: Answers): Question {
  const question = requiredText(record['question'], 'question');
  const given = record['options'];
  if (!isRecord(given)) throw new BadQuestion('no-options', '`options` is not an object of texts by letter', 'options');
  const letters = Object.keys(given).sort();
  if (letters.length < 2) throw new BadQuestion('no-options', 'a question has at least two options', 'options');
  const gap = letters.findIndex((letter, index) => letter !== String.fromCharCode(65 + index));
  if (gap >= 0) throw new BadQuestion('letters-not-in-order', `the options are lettered ${letters.join(', ')}, not from A on`, 'options');
  const options = Object.fromEntries(letters.map((letter) => [letter, requiredText(given[letter], `options.${letter}`)]));
  const letter = record['answer_idx'];
  const answerIndex = typeof letter === 'string' ? letters.indexOf(letter.trim()) : -1;
  if (answerIndex < 0 && answers === 'needed') throw new BadQuestion('no-answer', `\`answer_idx\` is none of ${letters.join(', ')}`, 'answer_idx');
  const answer = record['answer'];
  if (answerIndex >= 0 && typeof answer === 'string' && answer.trim() !== options[letters[answerIndex]!]) {
    throw new BadQuestion('answers-differ', '`answer` is not the text of the option that `answer_idx` names', 'answer');
  }
  return { id: scalarAt(record, 'id') ?? scalarAt(record, 'realidx') ?? fallbackId, question, options, answerIndex };
}
