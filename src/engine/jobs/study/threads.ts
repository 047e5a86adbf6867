// How the steps of a study that run side by side share the cores.
import { availableParallelism } from 'node:os';
import { threadsVariable } from '../../../runs/environment';

/** Threads of one step when so many run side by side. */
export function threadsOfStep(parallel: number): number {
  return Math.max(1, Math.floor(availableParallelism() / parallel));
}

/** Gives the jobs this process starts their share, unless whoever started it set one. */
export function shareCores(parallel: number): void {
  process.env[threadsVariable] ??= String(threadsOfStep(parallel));
}
