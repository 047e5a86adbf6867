// From a *.run.yaml to the job that trains it, and the job that must build its mix first when the product is not there.
import path from 'node:path';
import { parseRun } from '../../../documents/run/parse';
import { trainsElsewhere, type Run } from '../../../documents/run/schema';
import type { MixJobFile, TrainJobFile } from '../../../protocol/job-file';
import type { OnProgress } from '../../hub';
import { refuseUnlessFits } from '../estimate/fit';
import { modelConfigOf } from '../estimate/model';
import { largestShape } from '../estimate/shape';
import { findCheckpoint, type FindOptions, type FoundCheckpoint } from './checkpoint';
import { isMixBuilt, prepareMix } from './mix';
import { toStoredPath } from './paths';
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
  /** Set where a base of the Hub may be downloaded. */
  readonly onDownload?: OnProgress;
}

/** A run file with what it trains on: every problem of either file is thrown. */
export interface ReadRun { readonly run: Run; readonly stored: string; readonly mix: MixJobFile }

export async function readRun(root: string, file: string, overrides: Readonly<Record<string, unknown>>): Promise<ReadRun> {
  const stored = toStoredPath(root, file);
  const run = demandDocument(parseRun(await readDocumentText(root, file, 'run-not-found'), stored, { overrides }));
  return { run, stored, mix: await prepareMix(root, path.resolve(path.dirname(file), run.data)) };
}

/** Undefined for a new model. */
export async function findBase(root: string, file: string, { run, stored }: ReadRun, options: Pick<FindOptions, 'onDownload' | 'acceptsConfig'>): Promise<FoundCheckpoint | undefined> {
  return typeof run.base === 'string' ? findCheckpoint(root, path.dirname(file), run.base, { file: stored, key: 'base', ...options }) : undefined;
}

/** Throws when the run cannot fit its backend, as far as that is known before its mix is built. */
export async function prepareTrain(root: string, file: string, choices: TrainChoices = {}): Promise<PreparedTrain> {
  const overrides = choices.overrides ?? {};
  const read = await readRun(root, file, overrides);
  const { run, stored, mix } = read;
  const base = choices.base ?? await findBase(root, file, read, { onDownload: choices.onDownload });
  const mixFolder = mix.resolved.product;
  const built = isMixBuilt(root, mixFolder);
  // Instructions are padded to the longest of their micro-batch, which only the built mix knows; the job looks again.
  if (run.stage === 'pretrain' && !trainsElsewhere(run)) {
    const config = await modelConfigOf(root, read, base);
    refuseUnlessFits(run, config, largestShape(run, mix.resolved.mix.sequenceLength), { file: stored, mix: mix.file ?? mix.name });
  }
  const job: TrainJobFile = {
    schema: 1, kind: 'train', name: run.name, file: stored, overrides,
    resolved: {
      run, mixFolder, mixHash: path.basename(mixFolder),
      ...(base ? { baseCheckpoint: base.checkpoint, ...(base.job === undefined ? {} : { baseJob: base.job }) } : {}),
    },
  };
  return built ? { job } : { job, mixFirst: mix };
}
