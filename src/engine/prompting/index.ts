// Prompt experiments: strategies, extraction, votes, scores.
export { runExperiment, type ExperimentEvent, type ExperimentOptions } from './experiment';
export { extractAnswer, extractorVersion, type Extraction } from './extract';
export type { AnswerRecord } from './journal';
export type { PromptQuestion } from './question';
export type { PromptSummary, QuestionOutcome, StrategySummary } from './summary';
