// One step of a study as the job files that do it, in order: a run whose mix is not built yet is two jobs.
import path from 'node:path';
import type { Study } from '../../../documents/study/schema';
import type { JobFile } from '../../../protocol/job-file';
import { latestCheckpoint } from '../../../runs/checkpoints';
import type { OnProgress } from '../../hub';
import type { FoundCheckpoint } from '../prepare/checkpoint';
import { findTaskFile, prepareEvaluate } from '../prepare/evaluate';
import { evaluatePrompt } from '../prepare/evaluate-prompt';
import { launchSettings } from '../prepare/launch-settings';
import { prepareMix } from '../prepare/mix';
import { fromStoredPath, toStoredPath } from '../prepare/paths';
import { preparePrompt } from '../prepare/prompt';
import { prepareTrain } from '../prepare/train';

/**
 * @param jobs folder of the job that did each finished step.
 * @param onDownload hears of a model or data set of the Hub that the step's files name and that is not in the cache yet.
 */
export async function prepareStepJobs(
  root: string, storedFolder: string, study: Study, name: string, jobs: ReadonlyMap<string, string>, onDownload: OnProgress,
): Promise<JobFile[]> {
  const step = study.steps[name]!;
  const folder = fromStoredPath(root, storedFolder);
  const inFolder = (file: string): string => path.resolve(folder, file);
  const checkpointOf = async (other: string): Promise<FoundCheckpoint> => {
    const jobFolder = jobs.get(other);
    const checkpoint = jobFolder === undefined ? undefined : await latestCheckpoint(jobFolder);
    if (jobFolder === undefined || checkpoint === undefined) throw new Error(`Step ${name} needs a checkpoint of ${other}, which has none.`);
    return { checkpoint: toStoredPath(root, checkpoint), job: path.basename(jobFolder) };
  };
  if ('mix' in step) return [await prepareMix(root, inFolder(step.mix))];
  if ('run' in step) {
    const overrides = { ...step.set, ...(step.seed === undefined ? {} : { seed: step.seed }) };
    const base = step.base === undefined ? {} : { base: await checkpointOf(step.base) };
    const { job, mixFirst } = await prepareTrain(root, inFolder(step.run), { overrides, onDownload, ...base });
    return mixFirst ? [mixFirst, { ...job, name }] : [{ ...job, name }];
  }
  if ('evaluate' in step) {
    const { tasks, data, limit, rotateOptions, engine = 'embedded', scaleout = {} } = step.evaluate;
    const of = await checkpointOf(step.of);
    return [await prepareEvaluate(root, of, tasks.map((task) => findTaskFile(folder, task)), {
      name, rotateOptions, onDownload, prompt: evaluatePrompt(step.evaluate), ...(limit === undefined ? {} : { limit }), ...(data === undefined ? {} : { data: inFolder(data) }),
      ...(engine === 'embedded' ? {} : { elsewhere: { engine, scaleout: await launchSettings(root, scaleout, of.job) } }),
    })];
  }
  return [{ ...await preparePrompt(root, inFolder(step.prompt), await checkpointOf(step.of)), name }];
}
