// Scoring and generation with a checkpoint in process. Users that may also reach a model over HTTP import `interfaces` only.
export { Batcher } from './batch/batcher';
export { createGenerator } from './generate';
export { openGguf, type LoadedGguf } from './llama/open';
export { createLikelihoodModel } from './likelihood';
export { modelBytes } from './model-bytes';
export { openCheckpoint, requireTokenizerFits, type LoadedCheckpoint } from './open';
export { tokenLogProbabilities } from './token-scores';
export type * from './interfaces';
