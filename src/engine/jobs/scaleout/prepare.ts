// The trainer's folder of a job: data, configuration, script and Python files, all readable, before anything is started.
import { access, copyFile, mkdir, rm, stat, statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { userError } from '../../../base/errors/problem';
import { scaleoutOf, type Run, type Scaleout } from '../../../documents/run/schema';
import type { TrainJobFile } from '../../../protocol/job-file';
import { privateFolderMode, writeFileAtomic } from '../../../runs/files/atomic';
import { toJson } from '../../../runs/files/json';
import { readManifest } from '../../data';
import type { MixManifest } from '../../data/shard';
import { adapterWeightsFile, countParameters, initialiseAdapter, isAdapterFolder, type ModelConfig, parameterShapes, readModelConfig, saveAdapter, saveModel } from '../../model';
import { mediaPath } from '../../parts/assets';
import {
  batchScript, type Check, engineOf, findPython, type HandEdit, Place, preflight, type PythonFound, pythonPlaces, reachFolder, refuseUnknownSettings, remoteScript, saveFile, unfinishedFile, writeBatchScript, writeGenerated,
  writeLaunchScript, writeRemoteScript, writeTrainerData,
} from '../../scaleout';
import { openBackend } from '../../tensors';
import { copyTokenizerFiles } from '../../tokenizer';
import { makeSchedule, type DataPlan, type HeldOutSet } from '../../train';
import { fromStoredPath } from '../prepare/paths';
import { chooseShardingOf, type ChosenSharding } from './sharding';
import { findStart, openModel, type StartingPoint } from '../train/base';
import { openHeldOut, planData } from '../train/data';

export interface ScaleoutRun {
  readonly run: Run;
  readonly settings: Scaleout;
  readonly manifest: MixManifest;
  readonly plan: DataPlan;
  readonly heldOut: readonly HeldOutSet[];
  readonly start: StartingPoint;
  readonly python: PythonFound;
  readonly onGpu: boolean;
  readonly sharding: ChosenSharding;
  /** Folder everything of the trainer is in. */
  readonly folder: string;
  /** Folder of the weights the run begins with. */
  readonly base: string;
  /** The base is random weights of this run's own. */
  readonly isNew: boolean;
  /** Names of the files that are meant to be read and changed. */
  readonly generated: readonly string[];
  readonly kept: readonly HandEdit[];
  readonly place: Place;
  /** What was looked at before the start; none of them forbids it. */
  readonly checks: readonly Check[];
}

/** Its being there says that the data, which only run.yaml and the mix decide, is whole. */
const dataComplete = 'data.complete';
const adapterFolder = 'adapter';

export async function prepareScaleout(root: string, jobFolder: string, file: TrainJobFile): Promise<ScaleoutRun> {
  const { run } = file.resolved;
  const settings = scaleoutOf(run);
  const engine = engineOf(run);
  const mixFolder = fromStoredPath(root, file.resolved.mixFolder);
  const manifest = await readManifest(mixFolder);
  const plan = await planData(run, manifest, mixFolder);
  const named = file.resolved.baseCheckpoint === undefined ? undefined : fromStoredPath(root, file.resolved.baseCheckpoint);
  if (named !== undefined && isAdapterFolder(named)) {
    throw userError({
      code: 'scaleout-adapter-base', file: file.file ?? run.name, key: 'base', value: named, message: 'this checkpoint is an adapter, and the trainer begins with whole weights',
      next: 'Merge it first: `preclinical export`, then name that folder as base.',
    });
  }
  const start = await findStart(undefined, named, fromStoredPath(root, manifest.tokenizerPath), manifest);
  const heldOut = await openHeldOut(run, manifest, mixFolder, start.tokenizer);

  const folder = path.join(jobFolder, 'trainer');
  await mkdir(folder, { recursive: true, mode: privateFolderMode });
  const { slurm, prefix, prologue } = settings;
  const place = new Place(settings.remote);
  if (!place.isHere) await reachFolder(place, folder);
  const askedAt = Date.now() / 1000;
  const access = { place, prefix, prologue, files: named === undefined ? [] : [place.seen(named)] };
  const python = await findPython(pythonPlaces(root, settings.python, process.env, place), folder, access, engine);
  const askedBetween = [askedAt, Date.now() / 1000] as const;
  // A login node has no GPU, and the nodes behind it have.
  const onGpu = settings.device !== 'cpu' && (slurm === undefined ? python.gpus.length > 0 : slurm.gpus !== 0);
  await openBackend('cpu'); // only to make what training begins with
  const base = named ?? await makeBase(run, start, manifest, path.join(folder, 'base'));
  const config = await readModelConfig(base);
  const sharding = chooseShardingOf({ run, config, plan, sequenceLength: manifest.sequenceLength, python, onGpu, file: file.file ?? run.name });
  if (run.lora !== undefined) await makeAdapter(run, base, path.join(folder, adapterFolder));
  const checks = preflight({
    run, settings, engine, python, place: place.name, isHere: place.isHere, onGpu, askedBetween, fileSystem: (await statfs(folder)).type,
    checkpointBytes: await checkpointBytes(run, config, path.join(folder, adapterFolder)),
  });
  refuseFailed(checks, file.file ?? run.name);
  const seenBase = place.isHere || base.startsWith(folder) ? path.relative(folder, base) : place.seen(base);
  const facts = {
    run, totalSteps: plan.totalSteps, base: seenBase, heldOut: heldOut.map(({ name }) => name),
    heldOutEvery: run.heldOut.everySteps ?? Math.max(1, Math.round(plan.totalSteps / 20)), onGpu, adapter: adapterFolder,
    sharding: sharding.sharding, family: config.family,
  };
  // A row here has one token more than the mix's.
  const keys = engine.config(facts, manifest.sequenceLength + 1);
  refuseUnknownSettings(keys, engine.ownSettings, python, engine);
  if (!await isThere(path.join(folder, dataComplete))) {
    await writeTrainerData(folder, { plan, schedule: makeSchedule(run.schedule, run.optimiser.learningRate, plan.totalSteps), heldOut, padId: start.tokenizer.padId });
    await writeFileAtomic(path.join(folder, dataComplete), '');
  }
  for (const name of engine.pythonFiles) await copyFile(mediaPath('scaleout', name), path.join(folder, name));
  const generated: Readonly<Record<string, string>> = {
    // PyYAML reads YAML 1.1, where a bare no is false.
    [engine.configFile]: stringify(keys, { version: '1.1' }),
    ...Object.fromEntries(Object.entries(engine.settings(facts, start.tokenizer.padId)).map(([name, value]) => [name, toJson(value)])),
    'launch.sh': writeLaunchScript({
      interpreter: python.interpreter, prefix: settings.prefix, prologue: settings.prologue, processes: settings.processes, nodes: slurm?.nodes ?? 1, onCpu: !onGpu, entry: engine.entry,
      threadsOfProcess: slurm === undefined && place.isHere ? Math.max(1, Math.floor(availableParallelism() / settings.processes)) : undefined,
    }),
    ...(slurm === undefined ? {} : { [batchScript]: writeBatchScript({ slurm, scaleout: settings, jobName: path.basename(jobFolder), folder: place.seen(folder) }) }),
    ...(place.isHere || slurm !== undefined ? {} : { [remoteScript]: writeRemoteScript(saveFile, unfinishedFile) }),
  };
  const kept = await writeGenerated(folder, generated);
  return { run, settings, manifest, plan, heldOut, start, python, onGpu, sharding, folder, base, isNew: named === undefined, generated: Object.keys(generated), kept, place, checks };
}

function refuseFailed(checks: readonly Check[], file: string): void {
  const failed = checks.find(({ state }) => state === 'error');
  if (failed === undefined) return;
  const { name, found, next, key } = failed;
  throw userError({ code: 'scaleout-preflight', file, message: `${name}: ${found}`, ...(key === undefined ? {} : { key }), ...(next === undefined ? {} : { next }) });
}

/** Weights and both moments of what is trained, in float32. */
async function checkpointBytes(run: Run, config: ModelConfig, adapter: string): Promise<number> {
  const weights = run.lora === undefined ? 4 * countParameters(config) : (await stat(path.join(adapter, adapterWeightsFile))).size;
  return 3 * weights;
}

/** The random weights the embedded engine would begin with, in the Hugging Face layout. Made once. */
async function makeBase(run: Run, start: StartingPoint, manifest: MixManifest, folder: string): Promise<string> {
  const complete = path.join(folder, 'base.complete');
  if (await isThere(complete)) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: privateFolderMode });
  const model = await openModel(run, start, manifest);
  try {
    await saveModel(model, folder, { dtype: 'f32' });
  } finally {
    model.dispose();
  }
  await copyTokenizerFiles(start.tokenizerFolder, folder);
  await writeFileAtomic(complete, '');
  return folder;
}

/** The adapter the embedded engine would begin with: the same random A, and B of zeros. Made once. */
async function makeAdapter(run: Run, base: string, folder: string): Promise<void> {
  if (run.lora === undefined || isAdapterFolder(folder)) return;
  await mkdir(folder, { recursive: true, mode: privateFolderMode });
  const adapter = initialiseAdapter(parameterShapes(await readModelConfig(base)), run.lora, run.seed);
  await saveAdapter(adapter, folder, path.relative(folder, base));
  adapter.dispose();
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}
