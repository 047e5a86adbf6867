// Prompt experiments: strategies, extraction, votes, scores.
export { runExperiment, type ExperimentEvent, type ExperimentOptions } from './experiment';
export { answerSample } from './answer';
export { ExemplarSource, type ExemplarOptions } from './exemplars/source';
export { comparedText, cosineRanking, tfIdfRanking, type Ranking } from './exemplars/similarity';
export { extractAnswer, extractorVersion, extractShown } from './extract';
export type { LikelihoodSummary, NoLikelihood } from './likelihood';
export { chosenQuestions, planQuestion, planSamples, type PlanFile, type PlannedSample } from './plan';
export { findRationale } from './rationales';
export type { PromptQuestion } from './question';
export type { PromptSummary, QuestionOutcome } from './summary';
