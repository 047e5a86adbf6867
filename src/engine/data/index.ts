// Data mixes: from a mix file to token shards, and reading them back.
export { planMix, planResolvedMix, type MixPlan } from './plan/plan';
export { buildMix, type BuildOptions } from './build/build';
export type { BuildProgress } from './build/parts';
export { listMixes } from './measure/list';
export { answerPlan } from './measure/answer';
export { HashCache } from './measure/hash-cache';
export { keepBuiltSizes, measureMix } from './measure/measure';
export { readBuilt, readContamination, readDuplicates, readLines, readPhi, readReport, readSamples, type ShownSample } from './findings';
export { previewMix } from './preview';
export { exportRows, type RowFormat } from './build/export';
export { readPositions } from './build/read-position';
export { readableText } from './build/samples';
export { readManifest, readShard } from './read-shard';
export type { HeldOutManifest, MixManifest, SourceCounts, StageManifest, TokenShard } from './shard';
export { ignoredLabel, writeTokenParquet, type TokenRow } from './token-rows';
