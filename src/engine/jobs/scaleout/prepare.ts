// The trainer's folder of a job: data, configuration, script and Python files, all readable, before anything is started.
import { mkdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import { scaleoutOf, type Run, type Sharding } from '../../../documents/run/schema';
import type { TrainJobFile } from '../../../protocol/job-file';
import type { Check } from '../../../protocol/prepared';
import { privateFolderMode } from '../../../runs/files/atomic';
import { readManifest } from '../../data';
import { adapterWeightsFile, countParameters, isAdapterFolder, type ModelConfig, readModelConfig } from '../../model';
import { checkpointBytesOfWeight, engineOf, findPython, Place, preflight, pythonPlaces, reachFolder } from '../../scaleout';
import { openBackend } from '../../tensors';
import { fromStoredPath } from '../prepare/paths';
import { findStart } from '../train/base';
import { openHeldOut, planData } from '../train/data';
import { writeTrainerFiles } from './files';
import { adapterFolder, makeAdapter, makeBase } from './made';
import type { ScaleoutRun } from './scaleout-run';
import { chooseShardingOf } from './sharding';

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
    checkpointBytes: await checkpointBytes(run, config, path.join(folder, adapterFolder), sharding.sharding),
  });
  refuseFailed(checks, file.file ?? run.name);
  const prepared = { run, settings, manifest, plan, heldOut, start, python, onGpu, sharding, folder, base, isNew: named === undefined, place, checks };
  return { ...prepared, ...await writeTrainerFiles(engine, prepared, config.family) };
}

function refuseFailed(checks: readonly Check[], file: string): void {
  const failed = checks.find(({ state }) => state === 'error');
  if (failed === undefined) return;
  const { name, found, next, key } = failed;
  throw userError({ code: 'scaleout-preflight', file, message: `${name}: ${found}`, ...(key === undefined ? {} : { key }), ...(next === undefined ? {} : { next }) });
}

/** An adapter is in float32, and is gathered. */
async function checkpointBytes(run: Run, config: ModelConfig, adapter: string, sharding: Sharding): Promise<number> {
  if (run.lora === undefined) return countParameters(config) * checkpointBytesOfWeight[sharding];
  return ((await stat(path.join(adapter, adapterWeightsFile))).size / 4) * checkpointBytesOfWeight.none;
}
