// Question files of a data set of the Hub, by split: downloaded into the cache the Python tools use, or found there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { userError } from '../../base/errors/problem';
import { RepositoryCache } from './cache';
import { splitFiles } from './dataset-files';
import { downloadBlob } from './download';
import { Hub } from './hub';
import { notCached } from './problems';
import type { OnProgress } from './progress';
import type { HubReference } from './reference';
import { hubSettings, type HubSettings } from './settings';

const card = 'README.md';

/** What is wanted of a data set. */
export interface DatasetRequest {
  readonly repository: string;
  readonly revision?: string;
  /** One of several parts it has. */
  readonly name?: string | undefined;
  readonly splits: readonly string[];
}

/** Absolute files of the splits that are in the cache. */
export async function cachedDataset(request: DatasetRequest, settings: HubSettings = hubSettings()): Promise<Map<string, string[]>> {
  const cache = new RepositoryCache(settings.cacheFolder, referenceOf(request));
  const commit = await cache.commit();
  const snapshot = commit === undefined ? undefined : cache.snapshot(commit);
  if (snapshot === undefined || !existsSync(snapshot)) return new Map();
  const files = readdirSync(snapshot, { recursive: true, encoding: 'utf8' }).map((name) => name.split(path.sep).join('/'));
  return absolute(snapshot, wantedSplits(files, request, cardOf(snapshot)));
}

/** Downloads the files of the splits that are not there yet. Throws a user error for what is not there or does not arrive whole. */
export async function downloadDataset(request: DatasetRequest, onProgress: OnProgress, settings: HubSettings = hubSettings()): Promise<Map<string, string[]>> {
  const reference = referenceOf(request);
  if (settings.isOffline) throw notCached(reference, settings, 'HF_HUB_OFFLINE is set');
  const hub = new Hub(settings, reference);
  const { commit, files } = await hub.revision();
  const cache = new RepositoryCache(settings.cacheFolder, reference);
  const fetchFile = async (name: string): Promise<void> => {
    if (path.posix.normalize(name) !== name || name.startsWith('../') || path.posix.isAbsolute(name)) throw userError({ code: 'hub-file-damaged', file: name, message: 'a file of the data set has a name that leads out of its folder', next: 'Name another data set.' });
    if (cache.has(commit, name)) return;
    const remote = await hub.file(commit, name);
    await downloadBlob(cache, remote, settings, onProgress);
    await cache.point(commit, name, remote.etag);
  };
  if (files.includes(card)) await fetchFile(card);
  const splits = wantedSplits(files, request, cardOf(cache.snapshot(commit)));
  if (splits.size === 0) throw withoutSplits(request, splitFiles(files, request.name, cardOf(cache.snapshot(commit))));
  for (const file of [...splits.values()].flat()) await fetchFile(file);
  await cache.writeCommit(commit);
  return absolute(cache.snapshot(commit), splits);
}

function referenceOf({ repository, revision = 'main' }: DatasetRequest): HubReference {
  return { repository, revision, isExplicit: true, kind: 'dataset' };
}

function wantedSplits(files: readonly string[], { name, splits }: DatasetRequest, cardText: string | undefined): Map<string, string[]> {
  const all = splitFiles(files, name, cardText);
  return new Map(splits.flatMap((split): [string, string[]][] => (all.has(split) ? [[split, all.get(split)!]] : [])));
}

function cardOf(snapshot: string): string | undefined {
  const file = path.join(snapshot, card);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function absolute(folder: string, splits: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  return new Map([...splits].map(([split, files]) => [split, files.map((file) => path.join(folder, file))]));
}

function withoutSplits({ repository, name, splits }: DatasetRequest, there: ReadonlyMap<string, unknown>): Error {
  return userError({
    code: 'hub-no-split', value: [repository, name].filter(Boolean).join(' '), message: `the data set has no files of ${splits.join(', ')} that can be read`,
    next: there.size > 0 ? `It has: ${[...there.keys()].join(', ')}.` : 'Give the question files with --data, or name them with dataset_kwargs.data_files.',
  });
}
