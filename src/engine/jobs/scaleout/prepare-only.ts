// A job of another engine with everything it would be started with, and not started.
import { userError } from '../../../base/errors/problem';
import { trainsElsewhere } from '../../../documents/run/schema';
import type { TrainJobFile } from '../../../protocol/job-file';
import { createJob } from '../../../runs/create';
import { batchScript, engineOf } from '../../scaleout';
import { findSameJob } from '../study/same-job';
import { prepareScaleout } from './prepare';

/** @returns the trainer's folder, in the job that an ordinary start goes on with, and the files in it that are meant to be read. */
export async function prepareOnly(root: string, file: TrainJobFile): Promise<{ readonly folder: string; readonly files: readonly string[] }> {
  if (!trainsElsewhere(file.resolved.run)) {
    throw userError({
      code: 'prepare-embedded', file: file.file ?? file.name, key: 'engine', value: 'embedded', message: 'the embedded engine is started with the run file alone, so there is nothing to prepare',
      next: 'Start the run, or look at `preclinical estimate`.',
    });
  }
  const same = await findSameJob(root, file);
  const job = same === undefined || same.done ? (await createJob(root, file)).folder : same.folder;
  const { folder, settings } = await prepareScaleout(root, job, file);
  const engine = engineOf(file.resolved.run);
  return { folder, files: [engine.configFile, 'launch.sh', ...(settings.slurm === undefined ? [] : [batchScript]), ...engine.pythonFiles] };
}
