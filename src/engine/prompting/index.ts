// Prompt experiments: strategies, extraction, votes, scores.
export { runExperiment, type ExperimentEvent, type ExperimentOptions } from './experiment';
export { extractAnswer, extractorVersion } from './extract';
export { planSamples, type PlannedSample } from './plan';
export type { PromptQuestion } from './question';
export type { PromptSummary, QuestionOutcome } from './summary';
