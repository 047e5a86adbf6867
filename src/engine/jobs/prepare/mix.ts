// From a *.mix.yaml to the job that builds it.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseMix } from '../../../documents/mix/parse';
import type { MixJobFile } from '../../../protocol/job-file';
import { planMix } from '../../data';
import type { OnProgress } from '../../hub';
import { fromStoredPath, toStoredPath } from './paths';
import { demandDocument, readDocumentText } from './read-document';

export async function prepareMix(root: string, file: string, overrides: Readonly<Record<string, unknown>> = {}, download: OnProgress = () => undefined): Promise<MixJobFile> {
  const stored = toStoredPath(root, file);
  const mix = demandDocument(parseMix(await readDocumentText(root, file, 'mix-not-found'), stored, { overrides }));
  // The job counts on its inputs being there: what the Hub has of them is fetched now.
  const { folder } = await planMix(file, root, overrides, { download });
  return {
    schema: 1, kind: 'mix', name: mix.name, file: stored, overrides,
    resolved: { mix, folder: toStoredPath(root, path.dirname(file)), product: toStoredPath(root, folder) },
  };
}

/** @param storedFolder product of a mix, as a job file names it. */
export function isMixBuilt(root: string, storedFolder: string): boolean {
  return existsSync(path.join(fromStoredPath(root, storedFolder), 'manifest.json'));
}
