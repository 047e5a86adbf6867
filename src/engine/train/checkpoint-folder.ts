// The checkpoints of one run: which are whole, which is the newest, and which are no longer kept.
import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { temporaryBeside } from '../../runs/files/atomic';
import { errorCode } from '../../runs/files/retry';
import { readTrainerState, type TrainerState } from './trainer-state';

export interface FoundCheckpoint { readonly folder: string; readonly state: TrainerState }

export function checkpointName(step: number): string {
  return `step-${step}`;
}

/** Newest whole checkpoint under `checkpoints`; `broken` names newer folders that were cut short. */
export async function newestCheckpoint(checkpoints: string): Promise<{ readonly found: FoundCheckpoint | undefined; readonly broken: readonly string[] }> {
  const broken: string[] = [];
  for (const name of await namesNewestFirst(checkpoints)) {
    const folder = path.join(checkpoints, name);
    const state = await readTrainerState(folder);
    if (state !== undefined) return { found: { folder, state }, broken };
    broken.push(name);
  }
  return { found: undefined, broken };
}

export interface RetentionRule {
  /** The newest ones; at least 1, so that the run can be gone on with. */
  readonly keep: number;
  /** Those at a multiple of this many steps. */
  readonly keepEverySteps?: number | undefined;
  /** The one with the lowest loss on this held-out set, of those measured at their step. */
  readonly keepBest?: string | undefined;
}

export interface CheckpointFacts { readonly step: number; readonly heldOut: Readonly<Record<string, number>> }

/** Steps of the checkpoints that the rule gives up; of equally good ones the earliest is the best. */
export function stepsToRemove(checkpoints: readonly CheckpointFacts[], { keep, keepEverySteps, keepBest }: RetentionRule): number[] {
  const newestFirst = [...checkpoints].sort((a, b) => b.step - a.step);
  const lossOf = ({ heldOut }: CheckpointFacts): number => (keepBest === undefined ? Infinity : heldOut[keepBest] ?? Infinity);
  const best = newestFirst.reduce<CheckpointFacts | undefined>((found, checkpoint) =>
    (lossOf(checkpoint) < Infinity && lossOf(checkpoint) <= (found === undefined ? Infinity : lossOf(found)) ? checkpoint : found), undefined);
  const isKept = (checkpoint: CheckpointFacts, index: number): boolean =>
    index < keep || checkpoint === best || (keepEverySteps !== undefined && checkpoint.step % keepEverySteps === 0);
  return newestFirst.filter((checkpoint, index) => !isKept(checkpoint, index)).map(({ step }) => step);
}

/** Bound of the checkpoints kept at the end of a run of so many steps. */
export function mostKept({ keep, keepEverySteps, keepBest }: RetentionRule, totalSteps: number): number {
  return keep + (keepEverySteps === undefined ? 0 : Math.floor(totalSteps / keepEverySteps)) + (keepBest === undefined ? 0 : 1);
}

/** Removes what the rule gives up. Each is renamed first, so that none is ever seen half removed. */
export async function removeOldCheckpoints(checkpoints: string, rule: RetentionRule): Promise<void> {
  for (const step of stepsToRemove(await factsOf(checkpoints), rule)) {
    const name = checkpointName(step);
    const aside = temporaryBeside(path.join(checkpoints, name));
    await rename(path.join(checkpoints, name), aside);
    await rm(aside, { recursive: true, force: true });
  }
}

/** Lowest loss on a held-out set among the whole checkpoints; Infinity when none was measured or no set is named. */
export async function lowestHeldOut(checkpoints: string, set: string | undefined): Promise<number> {
  if (set === undefined) return Infinity;
  return (await factsOf(checkpoints)).reduce((lowest, { heldOut }) => Math.min(lowest, heldOut[set] ?? Infinity), Infinity);
}

async function factsOf(checkpoints: string): Promise<CheckpointFacts[]> {
  return Promise.all((await namesNewestFirst(checkpoints)).map(async (name) => {
    const state = await readTrainerState(path.join(checkpoints, name));
    return { step: stepOf(name), heldOut: state?.heldOut ?? {} };
  }));
}

function stepOf(name: string): number {
  return Number(name.slice('step-'.length));
}

async function namesNewestFirst(checkpoints: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(checkpoints);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
  return names.filter((name) => /^step-\d+$/.test(name)).sort((a, b) => stepOf(b) - stepOf(a));
}
