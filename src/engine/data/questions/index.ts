// Question sets: the one part of data that reading a mix, evaluation and prompting share.
export { readQuestionLines, type QuestionLine, type QuestionSource } from './question-lines';
export { readQuestions, type QuestionSet } from './read-questions';
export type { Question } from './question';
