// Training by an engine that is not ours: its data, its configuration, its process, and what it says.
export { shareOut } from './batches';
export { engineOf, engines, type TrainerEngine } from './engines';
export { heldOutFile, rowOrder, writeTrainerData } from './data';
export { writeGenerated, type HandEdit } from './generated';
export { findLogs, type FoundLog, type LogPoint, type TrainerLog } from './logs';
export { launchScript, privacy, writeLaunchScript } from './launch-script';
export { findPython, pythonPlaces, refuseUnknownSettings, type PythonFound } from './python';
export { emptyRow, trainerRow } from './rows';
export { batchScript, writeBatchScript } from './slurm/batch-script';
export { isUnfinished, SlurmTrainer, type SlurmWatch } from './slurm/trainer';
export type { Trainer, TrainerEnd, TrainerRequest } from './trainer';
export { parseTrainerEvent, requestFile, trainerEventsFile, type TrainerEvent } from './trainer-events';
export { endLeftTrainer, TrainerProcess } from './trainer-process';
export { deepspeedFile, fsdpFile, shardingFiles } from './sharding';
export { computesInBfloat16, ownSettings, trlConfig } from './trl-config';
export { axolotlConfig, axolotlRows } from './axolotl-config';
