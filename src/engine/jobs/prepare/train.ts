// From a *.run.yaml to the job that trains it, and the job that must build its mix first when the product is not there.
import path from 'node:path';
import { existsSync } from 'node:fs';
import { parseRun } from '../../../documents/run/parse';
import type { MixJobFile, TrainJobFile } from '../../../protocol/job-file';
import { findCheckpoint, type FoundCheckpoint } from './checkpoint';
import { prepareMix } from './mix';
import { fromStoredPath, toStoredPath } from './paths';
import { demandDocument, readDocumentText } from './read-document';

export interface PreparedTrain {
  readonly job: TrainJobFile;
  /** Set when the mix is not built yet. */
  readonly mixFirst?: MixJobFile;
}

export interface TrainChoices {
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** Replaces the file's base: a step of a study names the run before it. */
  readonly base?: FoundCheckpoint;
}

export async function prepareTrain(root: string, file: string, choices: TrainChoices = {}): Promise<PreparedTrain> {
  const overrides = choices.overrides ?? {};
  const stored = toStoredPath(root, file);
  const run = demandDocument(parseRun(await readDocumentText(root, file, 'run-not-found'), stored, { overrides }));
  const mixFile = path.resolve(path.dirname(file), run.data);
  const mixJob = await prepareMix(root, mixFile);
  const mixFolder = mixJob.resolved.product;
  const base = choices.base ?? (typeof run.base === 'string'
    ? await findCheckpoint(root, path.dirname(file), run.base, { file: stored, key: 'base' })
    : undefined);
  const job: TrainJobFile = {
    schema: 1, kind: 'train', name: run.name, file: stored, overrides,
    resolved: {
      run, mixFolder, mixHash: path.basename(mixFolder),
      ...(base ? { baseCheckpoint: base.checkpoint, ...(base.job === undefined ? {} : { baseJob: base.job }) } : {}),
    },
  };
  return existsSync(path.join(fromStoredPath(root, mixFolder), 'manifest.json')) ? { job } : { job, mixFirst: mixJob };
}
