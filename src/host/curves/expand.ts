// A study stands for the trainings of its steps.
import { readEvents } from '../../runs/events';
import { readJobHeader } from '../../runs/job-file';
import { jobFolder } from '../../runs/layout';

/** The ids with each study replaced by the trainings it has started, in their order. */
export async function expandStudies(root: string, ids: readonly string[]): Promise<string[]> {
  const kindOf = async (id: string): Promise<string | undefined> => (await readJobHeader(jobFolder(root, id)))?.kind;
  const expanded: string[] = [];
  for (const id of ids) {
    if (await kindOf(id) !== 'study') {
      expanded.push(id);
      continue;
    }
    for (const event of await readEvents(jobFolder(root, id))) {
      if (event.type === 'studyStep' && event.job !== undefined && await kindOf(event.job) === 'train') expanded.push(event.job);
    }
  }
  return [...new Set(expanded)];
}
