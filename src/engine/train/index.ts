// What jobs use of training.
export { DataPlan } from './data-plan';
export type { DataPlanSettings, DataPosition } from './data-plan';
export { makeHeldOutSet, measureHeldOut } from './held-out';
export type { HeldOutLoss, HeldOutSet } from './held-out';
export { train } from './loop';
export type { TrainEvent, TrainProgress, TrainSettings } from './loop';
export { NeftuneNoise } from './neftune';
export { AdamW } from './optimiser';
export { documentRows, windowRows } from './rows';
export type { ShardRows } from './rows';
export { learningRateAt, makeSchedule } from './schedule';
export { readMoments, writeCheckpoint } from './checkpoint';
export type { CheckpointContent } from './checkpoint';
export { newestCheckpoint, removeOldCheckpoints } from './checkpoint-folder';
export { inheritRestrictions, originFile, readOrigin } from './origin';
export type { Origin } from './origin';
export { readTrainerState } from './trainer-state';
export type { TrainerState } from './trainer-state';
