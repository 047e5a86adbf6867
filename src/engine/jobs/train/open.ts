// Everything a training job needs, opened and checked in the order that fails cheapest first.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { isDeepStrictEqual } from 'node:util';
import { userError } from '../../../base/errors/problem';
import { runSchema, type Run } from '../../../documents/run/schema';
import type { TrainJobFile } from '../../../protocol/job-file';
import { removeTemporaries } from '../../../runs/files/atomic';
import type { JobContext } from '../../../runs/job-context';
import { jobPath } from '../../../runs/layout';
import { readManifest } from '../../data';
import type { MixManifest } from '../../data/shard';
import { generationFile, generationFolderOf } from '../../model';
import { chooseBackend, openBackend, type BackendInfo } from '../../tensors';
import {
  AdamW, makeSchedule, NeftuneNoise, lowestHeldOut, newestCheckpoint, readMoments, readOrigin,
  trainerStateFile, type Origin, type TrainerState, type TrainSettings,
} from '../../train';
import { refuseUnlessFits } from '../estimate/fit';
import { largestShape } from '../estimate/shape';
import { fromStoredPath } from '../prepare/paths';
import { configOf, findStart, openModel } from './base';
import { describeLeftOut, openHeldOut, planData } from './data';
import { describeOrigin } from './origin';

export interface Training {
  readonly settings: TrainSettings;
  readonly run: Run;
  readonly manifest: MixManifest;
  readonly mixHash: string;
  readonly origin: Origin;
  readonly backend: BackendInfo;
  readonly tokenizerFolder: string;
  /** Text of the base's generation_config.json, or of this run's newest checkpoint's; undefined when there is none. */
  readonly generationConfig: string | undefined;
  /** Folder of the base checkpoint; undefined for a new model. */
  readonly baseFolder: string | undefined;
  /** Lowest loss on the set of `checkpoints.keepBest` among the checkpoints there are; Infinity for none. */
  readonly lowestHeldOut: number;
  /** Step of the checkpoint this attempt goes on from. */
  readonly resumedFrom: number | undefined;
  readonly notices: readonly { readonly level: 'info' | 'warning'; readonly message: string }[];
  dispose(): void;
}

export async function openTraining(context: JobContext, file: TrainJobFile): Promise<Training> {
  const { mixHash, baseCheckpoint, baseJob } = file.resolved;
  const run = checkedRun(file.resolved.run, jobPath(context.folder, 'run'));
  const mixFolder = fromStoredPath(context.root, file.resolved.mixFolder);
  const base = baseCheckpoint === undefined ? undefined : fromStoredPath(context.root, baseCheckpoint);
  const manifest = await readManifest(mixFolder);
  const checkpoints = jobPath(context.folder, 'checkpoints');
  await removeTemporaries(checkpoints);
  const { found: own, broken } = await newestCheckpoint(checkpoints);
  if (own !== undefined) refuseChangedRun(own.state, run, mixHash, own.folder);
  refuseUnknownSet(run, manifest);
  const plan = await planData(run, manifest, mixFolder);

  const choice = chooseBackend(run.backend, own?.state.backend);
  const backend = await openBackend(choice.name, { threads: run.threads, relaxedSimd: run.relaxedSimd, products: run.products });
  const start = await findStart(own?.folder, base, fromStoredPath(context.root, manifest.tokenizerPath), manifest);
  const config = await configOf(run, start);
  refuseUnlessFits(run, config, largestShape(run, manifest.sequenceLength, plan), { file: file.file ?? run.name, mix: run.data });
  context.recordProvenance({
    backend: backend.name, backendReason: choice.why, device: backend.device, threads: backend.threads, seeds: { run: run.seed }, mixHash,
    ...(baseJob === undefined ? {} : { parents: [{ job: baseJob, checkpoint: path.posix.basename(baseCheckpoint ?? '') }] }),
  });
  const origin = (own && await readOrigin(own.folder)) ?? await describeOrigin(context.id, file, base, manifest);
  const model = await openModel(run, start, manifest);
  const optimiser = new AdamW(model.trainable, run.optimiser, own && await readMoments(own.folder, model.trainable));
  const neftune = own?.state.randomStates.neftune;
  const settings: TrainSettings = {
    model, optimiser, plan,
    schedule: makeSchedule(run.schedule, run.optimiser.learningRate, plan.totalSteps),
    recomputeActivations: run.recomputeActivations,
    noise: run.neftune && new NeftuneNoise(run.neftune, run.seed, neftune),
    heldOut: {
      sets: await openHeldOut(run, manifest, mixFolder, start.tokenizer),
      everySteps: run.heldOut.everySteps ?? Math.max(1, Math.round(plan.totalSteps / 20)),
    },
    padId: start.tokenizer.padId,
    dataFile: run.data,
    sequenceLength: manifest.sequenceLength,
    start: { step: own?.state.step ?? 0, tokens: own?.state.tokens ?? 0, trainedTokens: own?.state.trainedTokens ?? 0, neftune },
    now: () => performance.now(),
  };
  return {
    settings, run, manifest, mixHash, origin, backend,
    tokenizerFolder: start.tokenizerFolder,
    generationConfig: await generationConfigOf(own?.folder ?? base),
    baseFolder: base,
    resumedFrom: own?.state.step,
    lowestHeldOut: await lowestHeldOut(checkpoints, run.checkpoints.keepBest),
    notices: [
      { level: 'info', message: `Backend ${backend.name}, ${backend.device}: ${choice.why}.` },
      ...describeLeftOut(plan.stages).map((message) => ({ level: 'info' as const, message })),
      ...broken.map((name) => ({ level: 'warning' as const, message: `Checkpoint ${name} is not whole and is passed over.` })),
    ],
    dispose: () => {
      optimiser.dispose();
      model.dispose();
    },
  };
}

async function generationConfigOf(folder: string | undefined): Promise<string | undefined> {
  if (folder === undefined) return undefined;
  const file = path.join(await generationFolderOf(folder), generationFile);
  return existsSync(file) ? readFile(file, 'utf8') : undefined;
}

function refuseUnknownSet({ checkpoints: { keepBest }, data }: Run, { heldOut, name }: MixManifest): void {
  if (keepBest === undefined || heldOut.some((set) => set.name === keepBest)) return;
  throw userError({
    code: 'train-unknown-held-out', file: data, key: 'checkpoints.keepBest', value: keepBest, message: `the mix '${name}' has no held-out set of this name`,
    next: heldOut.length === 0 ? 'Add a held-out set to the mix.' : `Choose from ${heldOut.map((set) => set.name).join(', ')}.`,
  });
}

/** run.yaml of the job folder came back from disk: its values are checked again, and those a newer version knows get their defaults. */
function checkedRun(run: Run, file: string): Run {
  const parsed = runSchema.safeParse(run);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw userError({
    code: 'train-run-invalid', file, key: `resolved.run.${issue?.path.join('.') ?? ''}`, message: issue?.message ?? 'is no run',
    next: 'Start the run again from its *.run.yaml.',
  });
}

/**
 * The run file of a job is written once; a state that says otherwise belongs to another run. Values that the version which
 * wrote the state did not know are what they are by default.
 */
function refuseChangedRun(state: TrainerState, run: Run, mixHash: string, folder: string): void {
  const stored = runSchema.safeParse(state.run);
  if (stored.success && state.mixHash === mixHash && isDeepStrictEqual(stored.data, run)) return;
  const issue = stored.error?.issues[0];
  const changed = stored.success ? Object.keys({ ...run, ...stored.data }).find((key) => !isDeepStrictEqual(stored.data[key as keyof Run], run[key as keyof Run])) : issue?.path.join('.');
  throw userError({
    code: 'train-changed-run', file: path.join(folder, trainerStateFile), key: state.mixHash === mixHash ? `run.${changed ?? ''}` : 'mixHash',
    message: stored.success ? 'this checkpoint was written with other settings or another mix than the run file of its job says' : `this checkpoint was written with settings that this version does not know: ${issue?.message ?? ''}`,
    next: stored.success ? 'Start a new run with the changed settings; a run never resumes with others than it began with.' : 'Resume it with the version that began it, or start a new run from its newest checkpoint.',
  });
}
