// From a *.study.yaml to the job that runs it. Every file its steps name is read now, so that a misspelt key in the
// last run file is found before the first step starts.
import path from 'node:path';
import { parseCot } from '../../../documents/cot/parse';
import { parseRun } from '../../../documents/run/parse';
import { parseStudy } from '../../../documents/study/parse';
import type { Study } from '../../../documents/study/schema';
import type { StudyJobFile } from '../../../protocol/job-file';
import { loadTasks } from '../../evaluate';
import type { OnProgress } from '../../hub';
import { findTaskFile } from './evaluate';
import { prepareMix } from './mix';
import { toStoredPath } from './paths';
import { demandDocument, readDocumentText } from './read-document';

export async function prepareStudy(root: string, file: string, overrides: Readonly<Record<string, unknown>> = {}, onDownload?: OnProgress): Promise<StudyJobFile> {
  const stored = toStoredPath(root, file);
  const study = demandDocument(parseStudy(await readDocumentText(root, file, 'study-not-found'), stored, { overrides }));
  const folder = path.dirname(file);
  await checkFilesOfSteps(root, folder, study, onDownload);
  return { schema: 1, kind: 'study', name: study.name, file: stored, overrides, resolved: { study, folder: toStoredPath(root, folder) } };
}

async function checkFilesOfSteps(root: string, folder: string, study: Study, onDownload: OnProgress | undefined): Promise<void> {
  for (const step of Object.values(study.steps)) {
    if ('mix' in step) {
      await prepareMix(root, path.resolve(folder, step.mix));
    } else if ('run' in step) {
      const file = path.resolve(folder, step.run);
      demandDocument(parseRun(await readDocumentText(root, file, 'run-not-found'), toStoredPath(root, file), { overrides: step.set }));
    } else if ('evaluate' in step) {
      const { tasks, data, numFewshot } = step.evaluate;
      await loadTasks(tasks.map((task) => findTaskFile(folder, task)), {
        ...(data === undefined ? {} : { dataFolder: path.resolve(folder, data) }), ...(numFewshot === undefined ? {} : { fewshotCount: numFewshot }), ...(onDownload ? { download: onDownload } : {}),
      });
    } else {
      const file = path.resolve(folder, step.prompt);
      demandDocument(parseCot(await readDocumentText(root, file, 'prompt-not-found'), toStoredPath(root, file)));
    }
  }
}
