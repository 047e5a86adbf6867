// A job of another engine with everything it would be started with, and not started.
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import { trainsElsewhere } from '../../../documents/run/schema';
import type { TrainJobFile } from '../../../protocol/job-file';
import type { Prepared } from '../../../protocol/prepared';
import { createJob } from '../../../runs/create';
import { engineOf } from '../../scaleout';
import { findSameJob } from '../study/same-job';
import { prepareScaleout } from './prepare';
import type { ChosenSharding } from './sharding';

export interface PreparedFiles extends Prepared {
  /** Of the job that an ordinary start goes on with. */
  readonly id: string;
  readonly sharding: ChosenSharding;
}

/** @returns the trainer's folder, in the job that an ordinary start goes on with, and the files in it that are meant to be read. */
export async function prepareOnly(root: string, file: TrainJobFile): Promise<PreparedFiles> {
  if (!trainsElsewhere(file.resolved.run)) {
    throw userError({
      code: 'prepare-embedded', file: file.file ?? file.name, key: 'engine', value: 'embedded', message: 'the embedded engine is started with the run file alone, so there is nothing to prepare',
      next: 'Start the run, or look at `preclinical estimate`.',
    });
  }
  const same = await findSameJob(root, file);
  const job = same === undefined || same.done ? (await createJob(root, file)).folder : same.folder;
  const { folder, generated, kept, sharding, checks } = await prepareScaleout(root, job, file);
  return { id: path.basename(job), folder, files: [...generated, ...engineOf(file.resolved.run).pythonFiles], kept, sharding, checks };
}
