// A model of the Hub as a folder: the files a checkpoint needs, downloaded into the cache the Python tools use, or found
// there when the Hub need not or can not be asked.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors/problem';
import { RepositoryCache } from './cache';
import { downloadBlob } from './download';
import { Hub } from './hub';
import { notCached } from './problems';
import type { OnProgress } from './progress';
import type { HubReference } from './reference';
import { hubSettings, type HubSettings } from './settings';

const singleWeights = 'model.safetensors';
const indexFile = 'model.safetensors.index.json';
const adapterConfig = 'adapter_config.json';
const small = [
  'config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json',
  'chat_template.jinja', 'preclinical.json', adapterConfig,
];

/** Folder of the snapshot in the cache; undefined when it lacks its weights or another file that is needed beside them. */
export async function cachedSnapshot(reference: HubReference, settings: HubSettings = hubSettings(), needed: readonly string[] = ['config.json', 'tokenizer.json']): Promise<string | undefined> {
  const cache = new RepositoryCache(settings.cacheFolder, reference);
  const commit = await cache.commit();
  if (commit === undefined) return undefined;
  const has = (file: string): boolean => cache.has(commit, file);
  if (has(adapterConfig)) return has('adapter_model.safetensors') ? cache.snapshot(commit) : undefined;
  const weights = has(singleWeights) ? [] : has(indexFile) ? await shardsOf(path.join(cache.snapshot(commit), indexFile)) : undefined;
  return weights?.every(has) && needed.every(has) ? cache.snapshot(commit) : undefined;
}

/**
 * Downloads what is not there yet and returns the snapshot's folder. Offline, and when the Hub can not be reached, the
 * cache has to do. Throws a user error for what is not there, may not be read or does not arrive whole.
 */
export async function downloadSnapshot(reference: HubReference, onProgress: OnProgress, settings: HubSettings = hubSettings()): Promise<string> {
  if (settings.isOffline) return demandCached(reference, settings, notCached(reference, settings, 'HF_HUB_OFFLINE is set'));
  const hub = new Hub(settings, reference);
  const revision = await hub.revision().catch((error: unknown) => error as Error);
  if (revision instanceof Error) {
    if (!(revision instanceof UserError) || !['hub-unreachable', 'hub-failed'].includes(revision.problems[0]!.code)) throw revision;
    return demandCached(reference, settings, revision);
  }
  const { commit, files } = revision;
  const cache = new RepositoryCache(settings.cacheFolder, reference);
  const fetchFile = async (name: string): Promise<void> => {
    if (cache.has(commit, name)) return;
    const remote = await hub.file(commit, name);
    await downloadBlob(cache, remote, settings, onProgress);
    await cache.point(commit, name, remote.etag);
  };
  for (const name of small.filter((file) => files.includes(file))) await fetchFile(name);
  for (const name of await weightsOf(files, async () => {
    await fetchFile(indexFile);
    return shardsOf(path.join(cache.snapshot(commit), indexFile));
  })) await fetchFile(name);
  await cache.writeCommit(commit);
  return cache.snapshot(commit);
}

/**
 * Folder with the config of a model, which says its shape, and the bytes a download of all of it would bring. Nothing is
 * asked when it is in the cache. Throws a user error as a download does, and for an adapter, whose shape is that of its base.
 */
export async function downloadConfig(reference: HubReference, settings: HubSettings = hubSettings()): Promise<{ readonly folder: string; readonly missingBytes: number }> {
  const cached = await cachedSnapshot(reference, settings);
  if (cached !== undefined) return { folder: cached, missingBytes: 0 };
  if (settings.isOffline) throw notCached(reference, settings, 'HF_HUB_OFFLINE is set');
  const hub = new Hub(settings, reference);
  const { commit, files } = await hub.revision();
  if (files.includes(adapterConfig)) throw notCached(reference, settings, 'the shape of an adapter is that of its base');
  const cache = new RepositoryCache(settings.cacheFolder, reference);
  const fetchFile = async (name: string): Promise<void> => {
    if (cache.has(commit, name)) return;
    const remote = await hub.file(commit, name);
    await downloadBlob(cache, remote, settings, () => undefined);
    await cache.point(commit, name, remote.etag);
  };
  await fetchFile('config.json');
  const weights = await weightsOf(files, async () => {
    await fetchFile(indexFile);
    return shardsOf(path.join(cache.snapshot(commit), indexFile));
  });
  let missingBytes = 0;
  for (const name of [...small.filter((file) => files.includes(file)), ...weights]) missingBytes += cache.has(commit, name) ? 0 : (await hub.file(commit, name)).bytes;
  return { folder: cache.snapshot(commit), missingBytes };
}

async function demandCached(reference: HubReference, settings: HubSettings, otherwise: Error): Promise<string> {
  const folder = await cachedSnapshot(reference, settings);
  if (folder === undefined) throw otherwise;
  return folder;
}

/** An adapter has weights of its own; whole weights are one file or, by an index, several. */
async function weightsOf(files: readonly string[], shards: () => Promise<string[]>): Promise<string[]> {
  if (files.includes(adapterConfig)) return ['adapter_model.safetensors'];
  if (files.includes(singleWeights)) return [singleWeights];
  return files.includes(indexFile) ? shards() : [];
}

/** Names an index gives, but for what would lead out of the folder; opening the checkpoint says what is wrong with it. */
async function shardsOf(index: string): Promise<string[]> {
  try {
    const { weight_map: map } = JSON.parse(await readFile(index, 'utf8')) as { weight_map?: Record<string, unknown> };
    const names = new Set(Object.values(map ?? {}));
    return [...names].filter((name): name is string => typeof name === 'string' && path.basename(name) === name).sort();
  } catch {
    return [];
  }
}
