// Where the checkpoints of a run come from, as they will say themselves.
import type { TrainJobFile } from '../../../protocol/job-file';
import type { MixManifest } from '../../data/shard';
import { modelHash } from '../../model';
import { packageVersion } from '../../parts/assets';
import { inheritRestrictions, readOrigin, type Origin } from '../../train';

/** @param base folder of the base checkpoint; undefined for a new model. */
export async function describeOrigin(job: string, file: TrainJobFile, base: string | undefined, manifest: MixManifest): Promise<Origin> {
  const { run, baseCheckpoint, baseJob } = file.resolved;
  return {
    schema: 1, preclinical: packageVersion, job, run: run.name, stage: run.stage,
    ...inheritRestrictions(manifest, base === undefined ? undefined : await readOrigin(base)),
    mix: { name: manifest.name, hash: manifest.hash }, tokenizerHash: manifest.tokenizerHash,
    ...(base === undefined || baseCheckpoint === undefined ? {} : {
      parent: { checkpoint: baseCheckpoint, ...(baseJob === undefined ? {} : { job: baseJob }), hash: await modelHash(base) },
    }),
  };
}
