// Finds the checkpoint a user means: the id (or a unique part of it) of a run of this workspace, a run's folder, a
// checkpoint folder, `sample` for the model that is shipped, or a model of the Hugging Face Hub; and, where it is only to
// generate, a GGUF file.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import { latestCheckpoint } from '../../../runs/checkpoints';
import { listJobs } from '../../../runs/list';
import { cachedSnapshot, downloadConfig, downloadSnapshot, hubSettings, notCached, parseHubReference, repositoryOf, type HubReference, type OnProgress } from '../../hub';
import { mediaPath } from '../../parts/assets';
import { fromStoredPath, toStoredPath } from './paths';

/** PEFT saves an adapter without the config of its base. */
const adapterConfigFile = 'adapter_config.json';

/** Names the model in media/sample/model, in every workspace. */
export const sampleModelReference = 'sample';

export interface FoundCheckpoint {
  /** Stored path of the checkpoint folder, or of a GGUF file. */
  readonly checkpoint: string;
  /** Id of the run that wrote it, when a run did. */
  readonly job?: string;
  /** Of a model of the Hub of which only the config is here: what a download would bring. */
  readonly missingBytes?: number;
}

/** What jobs about a model are named after: its run, whose name the id holds between time and suffix, `sample`, its name on the Hub, or its folder. */
export function modelName(root: string, { job, checkpoint }: FoundCheckpoint): string {
  if (job !== undefined) return job.replace(/^\d{8}-\d{6}-/, '').replace(/-[^-]*$/, '');
  if (checkpoint === toStoredPath(root, mediaPath('sample', 'model'))) return sampleModelReference;
  return repositoryOf(checkpoint)?.split('/').at(-1) ?? path.posix.basename(checkpoint);
}

/** Where a reference stands, for errors; and with `onDownload` whether a model of the Hub may be downloaded now. */
export interface FindOptions {
  readonly file?: string;
  readonly key?: string;
  /** Hears of the bytes of each file; without it only what is in the cache already is found. */
  readonly onDownload?: OnProgress | undefined;
  /** Of a model of the Hub that is not in the cache the config will do, which is downloaded. */
  readonly acceptsConfig?: boolean;
  /** A GGUF file will do: nothing but generation is asked of the model. */
  readonly acceptsGguf?: boolean;
}

/** @param from folder that relative paths start at. */
export async function findCheckpoint(root: string, from: string, reference: string, options: FindOptions = {}): Promise<FoundCheckpoint> {
  const found = await findByName(root, from, reference, options);
  if (options.onDownload !== undefined) await downloadBases(fromStoredPath(root, found.checkpoint), options.onDownload);
  return found;
}

/** An adapter may name its base by its id on the Hub, and that may be an adapter too. */
async function downloadBases(folder: string, onDownload: OnProgress): Promise<void> {
  if (!existsSync(path.join(folder, adapterConfigFile))) return;
  const { missingHubBase } = await import('../../model');
  let before: string | undefined;
  for (let base = await missingHubBase(folder); base !== undefined && base.repository !== before; base = await missingHubBase(folder)) {
    await downloadSnapshot(base, onDownload);
    before = base.repository;
  }
}

async function findByName(root: string, from: string, reference: string, options: FindOptions): Promise<FoundCheckpoint> {
  const { onDownload, acceptsGguf = false, acceptsConfig = false, ...place } = options;
  const hub = parseHubReference(reference);
  if (hub?.isExplicit) return onHub(hub, onDownload, acceptsConfig);
  if (reference === sampleModelReference) return { checkpoint: toStoredPath(root, mediaPath('sample', 'model')) };
  const folder = path.resolve(from, reference);
  if (isGguf(folder) && existsSync(folder)) {
    if (acceptsGguf) return { checkpoint: toStoredPath(root, folder) };
    throw userError({
      code: 'checkpoint-is-gguf', ...place, value: reference, message: 'a GGUF file can be served, asked and prompted, and nothing else',
      next: 'Name the checkpoint it was exported from, or a model in the Hugging Face layout.',
    });
  }
  if (existsSync(path.join(folder, 'config.json')) || existsSync(path.join(folder, adapterConfigFile))) return { checkpoint: toStoredPath(root, folder), ...jobOf(root, folder) };
  if (existsSync(path.join(folder, 'run.yaml'))) return ofJob(root, folder, reference, place);
  const jobs = await listJobs(root);
  const matching = jobs.filter((job) => job.kind === 'train' && (job.id === reference || job.id.includes(reference)));
  if (matching.length === 1) return ofJob(root, matching[0]!.folder, reference, place);
  if (matching.length === 0 && hub !== undefined && !existsSync(path.dirname(folder))) return onHub(hub, onDownload, acceptsConfig);
  throw userError({
    code: 'checkpoint-not-found', ...place, value: reference,
    message: matching.length === 0 ? 'no checkpoint folder and no run of this name' : `${matching.length} runs match: ${matching.map((job) => job.id).join(', ')}`,
    next: matching.length === 0 ? 'Name a folder with config.json or adapter_config.json, a run (`preclinical runs` lists them), or a model of the Hub as hub:ORGANISATION/NAME.' : 'Write more of the id.',
  });
}

/** By its name: what is in it is llama.cpp's to say. */
export function isGguf(file: string): boolean {
  return file.toLowerCase().endsWith('.gguf');
}

async function onHub(reference: HubReference, onDownload: OnProgress | undefined, acceptsConfig: boolean): Promise<FoundCheckpoint> {
  if (onDownload !== undefined) return { checkpoint: await downloadSnapshot(reference, onDownload) };
  if (acceptsConfig) {
    const { folder, missingBytes } = await downloadConfig(reference);
    return { checkpoint: folder, ...(missingBytes > 0 ? { missingBytes } : {}) };
  }
  const folder = await cachedSnapshot(reference);
  if (folder === undefined) throw notCached(reference, hubSettings(), 'nothing is downloaded by this');
  return { checkpoint: folder };
}

async function ofJob(root: string, folder: string, reference: string, place: { file?: string; key?: string }): Promise<FoundCheckpoint> {
  const checkpoint = await latestCheckpoint(folder);
  if (checkpoint === undefined) {
    throw userError({
      code: 'run-without-checkpoint', ...place, value: reference,
      message: 'this run has written no checkpoint yet', next: 'Let it run, or ask for one: `preclinical runs checkpoint ID`.',
    });
  }
  return { checkpoint: toStoredPath(root, checkpoint), job: path.basename(folder) };
}

/** A checkpoint inside a job folder belongs to that job. */
function jobOf(root: string, folder: string): { job?: string } {
  const parts = path.relative(path.join(root, '.preclinical', 'runs'), folder).split(path.sep);
  return parts[0] !== undefined && parts[0] !== '..' && parts[1] === 'checkpoints' ? { job: parts[0] } : {};
}
