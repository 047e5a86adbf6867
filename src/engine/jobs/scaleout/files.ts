// The files of a trainer's folder: its data, its configuration, the script that starts it, and our Python beside it.
import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import type { HandEdit } from '../../../protocol/prepared';
import { writeFileAtomic } from '../../../runs/files/atomic';
import { toJson } from '../../../runs/files/json';
import type { ModelConfig } from '../../model';
import { mediaPath } from '../../parts/assets';
import {
  batchScript, launchScript, refuseUnknownSettings, remoteScript, saveFile, type TrainerEngine, unfinishedFile, writeBatchScript, writeGenerated, writeLaunchScript, writeRemoteScript, writeTrainerData,
} from '../../scaleout';
import { makeSchedule } from '../../train';
import { adapterFolder } from './made';
import type { ScaleoutRun } from './scaleout-run';

/** Its being there says that the data, which only run.yaml and the mix decide, is whole. */
const dataComplete = 'data.complete';

type Settled = Omit<ScaleoutRun, 'generated' | 'kept'>;

/** @returns names of the files that are meant to be read and changed, and what was changed of them by hand and stays. */
export async function writeTrainerFiles(engine: TrainerEngine, settled: Settled, family: ModelConfig['family']): Promise<{ readonly generated: readonly string[]; readonly kept: readonly HandEdit[] }> {
  const { run, plan, heldOut, start, python, onGpu, sharding, folder, base, place, manifest } = settled;
  const facts = {
    run, totalSteps: plan.totalSteps, base: place.isHere || base.startsWith(folder) ? path.relative(folder, base) : place.seen(base), heldOut: heldOut.map(({ name }) => name),
    heldOutEvery: run.heldOut.everySteps ?? Math.max(1, Math.round(plan.totalSteps / 20)), onGpu, adapter: adapterFolder, sharding: sharding.sharding, family,
  };
  // A row here has one token more than the mix's.
  const keys = engine.config(facts, manifest.sequenceLength + 1);
  refuseUnknownSettings(keys, engine.ownSettings, python, engine);
  await writeData(settled);
  for (const name of engine.pythonFiles) await copyFile(mediaPath('scaleout', name), path.join(folder, name));
  const generated: Readonly<Record<string, string>> = {
    // PyYAML reads YAML 1.1, where a bare no is false.
    [engine.configFile]: stringify(keys, { version: '1.1' }),
    ...Object.fromEntries(Object.entries(engine.settings(facts, start.tokenizer.padId)).map(([name, value]) => [name, toJson(value)])),
    ...scriptsOf(engine, settled),
  };
  return { generated: Object.keys(generated), kept: await writeGenerated(folder, generated) };
}

async function writeData({ folder, plan, run, heldOut, start }: Settled): Promise<void> {
  const complete = path.join(folder, dataComplete);
  if (existsSync(complete)) return;
  await writeTrainerData(folder, { plan, schedule: makeSchedule(run.schedule, run.optimiser.learningRate, plan.totalSteps), heldOut, padId: start.tokenizer.padId });
  await writeFileAtomic(complete, '');
}

function scriptsOf({ entry }: TrainerEngine, { settings, python, onGpu, place, folder }: Settled): Record<string, string> {
  const { slurm, prefix, prologue, processes } = settings;
  return {
    [launchScript]: writeLaunchScript({
      interpreter: python.interpreter, prefix, prologue, processes, nodes: slurm?.nodes ?? 1, onCpu: !onGpu, entry,
      threadsOfProcess: slurm === undefined && place.isHere ? Math.max(1, Math.floor(availableParallelism() / processes)) : undefined,
    }),
    ...(slurm === undefined ? {} : { [batchScript]: writeBatchScript({ slurm, scaleout: settings, jobName: path.basename(path.dirname(folder)), folder: place.seen(folder) }) }),
    ...(place.isHere || slurm !== undefined ? {} : { [remoteScript]: writeRemoteScript(saveFile, unfinishedFile) }),
  };
}
