// A source that is a data set of the Hugging Face Hub: `hub:org/name`, with `@revision` when it is not main. Its files of one split
// are read where the Python tools keep them; they are fetched only by who may.
import path from 'node:path';
import { cachedDataset, downloadDataset, type OnProgress, parseHubReference } from '../../hub';
import type { InputFile } from '../read/document';
import { mixError, type MixFile } from './place';

export interface HubSource { readonly path: string; readonly subset?: string | undefined; readonly split: string }

export function isHubPath(text: string): boolean {
  return text.startsWith('hub:');
}

/** @param download absent: only the cache is looked into */
export async function hubFiles(source: HubSource, file: MixFile, key: readonly string[], download: OnProgress | undefined): Promise<InputFile[]> {
  const reference = parseHubReference(source.path);
  if (!reference) throw mixError(file, [...key, 'path'], { code: 'mix-hub-name', value: source.path, message: 'this names no data set of the Hub', next: 'Write hub:organisation/name, with @revision when it is not main.' });
  const { repository, revision } = reference;
  const request = { repository, revision, name: source.subset, splits: [source.split] };
  const files = (await cachedDataset(request)).get(source.split) ?? (download ? (await downloadDataset(request, download)).get(source.split) : undefined);
  if (!files) {
    throw mixError(file, [...key, 'path'], {
      code: 'mix-hub-not-cached', value: `${source.path} ${source.split}`, message: 'this data set of the Hub is not on this machine yet',
      next: 'Build the mix or plan it in the terminal where the Hub can be reached: `preclinical mix plan FILE` fetches it.',
    });
  }
  // By what they are called on the Hub: where the cache is differs between machines.
  return files.map((one) => ({ path: one, name: `hub:${repository}/${nameInSnapshot(one)}` })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function nameInSnapshot(file: string): string {
  return file.split(path.sep).join('/').replace(/^.*\/snapshots\/[^/]+\//, '');
}
