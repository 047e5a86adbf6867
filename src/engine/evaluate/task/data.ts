// Where the questions of a task are: files that it names, the folder the user gives for known data sets, or the Hugging
// Face Hub with its cache, in this order.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import { cachedDataset, downloadDataset, parseHubReference, type OnProgress } from '../../hub';
import { knownDatasets, type KnownDataset } from '../known/datasets';
import type { TaskConfig } from './schema';

export interface DataPlace {
  /** Folder of the question files of known data sets. */
  readonly dataFolder?: string;
  /** Downloads data sets of the Hub that are not there; without it only the cache is looked into. */
  readonly download?: OnProgress;
  /** Examples before each question, where it is not the task's own count: without any, their split is not fetched. */
  readonly fewshotCount?: number;
}

/** Absolute question files of each split. */
export async function findSplits(config: TaskConfig, file: string, place: DataPlace): Promise<Map<string, string[]>> {
  const { dataset_path: dataset } = config;
  const absolute = (files: string | readonly string[]): string[] => [files].flat().map((one) => path.resolve(path.dirname(file), one));
  const dataFiles = config.dataset_kwargs?.data_files;
  const known = knownDatasets.get(dataset);
  if (dataFiles === undefined && known) return findKnown(known, config, file, place);
  if (dataFiles === undefined && dataset !== 'json' && dataset !== 'parquet') {
    const [own] = absolute(dataset);
    const isOfHub = !existsSync(own!) && parseHubReference(dataset) !== undefined && !/\.(jsonl?|csv|parquet)$/i.test(dataset);
    return isOfHub ? findInHub({}, config, place, notFound(config, file, 'its data set is not in the cache of the Hugging Face Hub', 'Evaluate where the Hub can be reached, or name the files with dataset_kwargs.data_files.')) : new Map([[config.test_split ?? 'test', [own!]]]);
  }
  if (dataFiles === undefined) {
    throw userError({ code: 'task-without-data', file, key: 'dataset_kwargs.data_files', message: `dataset_path ${dataset} needs question files`, next: 'Name them by split: `data_files: {test: questions.jsonl}`.' });
  }
  if (typeof dataFiles === 'string' || Array.isArray(dataFiles)) return new Map([['train', absolute(dataFiles)]]);
  return new Map(Object.entries(dataFiles).map(([split, files]) => [split, absolute(files)]));
}

/** The splits of a known data set whose files are in the folder, else those on the Hub. */
async function findKnown(known: KnownDataset, config: TaskConfig, file: string, place: DataPlace): Promise<Map<string, string[]>> {
  const { dataFolder } = place;
  const names = known.files(config.dataset_name ?? '');
  const found = new Map(Object.entries(names).flatMap(([split, candidates]): [string, string[]][] => {
    const one = dataFolder === undefined ? undefined : candidates.map((name) => path.join(dataFolder, name)).find((name) => existsSync(name));
    return one === undefined ? [] : [[split, [one]]];
  }));
  const scored = scoredName(config);
  if (found.has(scored)) return found;
  const otherwise = notFound(config, file, `the questions of ${config.task} are not part of Preclinical${dataFolder === undefined ? '' : `, and ${dataFolder} has none of ${(names[scored] ?? []).join(', ')}`}`,
    `Get them from ${known.home}, put them into a folder as ${(names[scored] ?? [])[0] ?? scored}, and give the folder with --data.`);
  // A folder that was given is where they are meant to be.
  if (dataFolder !== undefined || known.hubRevision === undefined) throw otherwise;
  return findInHub({ revision: known.hubRevision }, config, place, otherwise);
}

async function findInHub({ revision }: { readonly revision?: string }, config: TaskConfig, { download, fewshotCount }: DataPlace, otherwise: Error): Promise<Map<string, string[]>> {
  const shots = config.num_fewshot === 0 ? 0 : fewshotCount ?? config.num_fewshot ?? 0;
  const pool = config.fewshot_config?.split ?? config.fewshot_split ?? config.training_split ?? config.validation_split;
  const splits = [...new Set([scoredName(config), ...(shots > 0 && pool !== undefined ? [pool] : [])])];
  const request = { repository: config.dataset_path, name: config.dataset_name ?? undefined, splits, ...(revision === undefined ? {} : { revision }) };
  const cached = await cachedDataset(request);
  if (splits.every((split) => cached.has(split))) return cached;
  if (!download) throw otherwise;
  return downloadDataset(request, download);
}

function scoredName(config: TaskConfig): string {
  return config.test_split ?? config.validation_split ?? 'test';
}

function notFound(config: TaskConfig, file: string, message: string, next: string): Error {
  return userError({ code: 'questions-not-found', file, key: 'dataset_path', value: config.dataset_path, message, next });
}
