// What every way of sharing a run out between processes is held to: the embedded engine's numbers, a stop that can be gone on from,
// checkpoints that are whole at home.
import assert from 'node:assert/strict';
import path from 'node:path';
import { loadModel } from '../../src/engine/model';
import type { JobEvent } from '../../src/protocol/events';
import { latestCheckpoint } from '../../src/runs/checkpoints';
import { readEvents } from '../../src/runs/events';
import { runToEnd } from '../process/run-to-end';
import { askAt, createTrainJob } from '../process/train/workspace';
import { compare, isUpdate } from './curves';

type Values = Readonly<Record<string, unknown>>;

/** The largest differences allowed. */
export interface Limits { readonly loss: number; readonly gradientNorm: number }

/** What is left is the rounding of float32 in another order. */
const rounding: Limits = { loss: 5e-6, gradientNorm: 1e-4 };

function assertSameNumbers(ours: readonly JobEvent[], theirs: readonly JobEvent[], atLeast: number, limits: Limits): void {
  for (const [name, limit] of [['train/loss', limits.loss], ['train/gradientNorm', limits.gradientNorm]] as const) {
    const { steps, difference } = compare(ours, theirs, name);
    assert.ok(steps >= atLeast && difference < limit, `${name}: ${steps} steps differ by ${difference}`);
  }
}

/** A checkpoint of the embedded engine, to begin with. */
export async function trainHere(root: string): Promise<string> {
  const folder = await createTrainJob(root, 'pretrain', { steps: 25, 'checkpoints.everySteps': 1000, 'heldOut.everySteps': 25 });
  assert.equal((await runToEnd(folder)).state.state, 'done');
  return (await latestCheckpoint(folder))!;
}

/** @returns the folder of the run, stopped after a second attempt. `look` sees its first checkpoint at home. */
export async function stopAndGoOn(root: string, values: Values, elsewhere: Values, look: (home: string) => void): Promise<string> {
  const all = { steps: 200, 'checkpoints.everySteps': 1000, 'heldOut.everySteps': 200, ...values };
  const folder = await createTrainJob(root, 'pretrain', { ...all, ...elsewhere });
  const first = await runToEnd(folder, askAt(folder, 'stop', isUpdate(3)));
  assert.equal(first.state.state, 'stopped', first.state.reason);
  const home = (await latestCheckpoint(folder))!;
  const step = stepOf(home);
  look(home);
  (await loadModel(home)).dispose();

  const second = await runToEnd(folder, askAt(folder, 'stop', isUpdate(step + 3)));
  assert.equal(second.state.state, 'stopped', second.state.reason);
  const last = stepOf((await latestCheckpoint(folder))!);
  assert.ok(last >= step + 3);
  // The schedule is that of all 200 updates; as many as were done are compared.
  const ours = await createTrainJob(root, 'pretrain', all);
  await runToEnd(ours, askAt(ours, 'stop', isUpdate(last)));
  assertSameNumbers(await readEvents(ours), await readEvents(folder), step + 3, rounding);
  return folder;
}

/** Trains a few updates here and there, with the same numbers. @returns the other engine's last checkpoint, which opens here. */
export async function trainBoth(root: string, name: string, values: Values, elsewhere: Values, { base, limits = rounding }: { readonly base?: string; readonly limits?: Limits } = {}): Promise<string> {
  const folder = await createTrainJob(root, name, { ...values, ...elsewhere }, base);
  const { state } = await runToEnd(folder);
  assert.equal(state.state, 'done', state.reason);
  const ours = await createTrainJob(root, name, values, base);
  assert.equal((await runToEnd(ours)).state.state, 'done');
  assertSameNumbers(await readEvents(ours), await readEvents(folder), 5, limits);
  const home = (await latestCheckpoint(folder))!;
  (await loadModel(home)).dispose();
  return home;
}

function stepOf(checkpoint: string): number {
  return Number(path.basename(checkpoint).slice('step-'.length));
}
