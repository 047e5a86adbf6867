// Logs that other programs wrote, read as they are.
export { findLogs, type FoundLog } from './find';
export type { LogPoint, TrainerLog } from './log';
