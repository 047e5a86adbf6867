// Evaluations of a workspace by what a user writes of their ids.
import { userError } from '../../../base/errors/problem';
import { listJobs, type JobSummary } from '../../../runs/list';
import { readResults, type StoredResults } from '../../../runs/scored/read';

export interface OpenedEvaluation { readonly job: JobSummary; readonly results: StoredResults }

export async function listEvaluations(root: string): Promise<JobSummary[]> {
  return (await listJobs(root)).filter((job) => job.kind === 'evaluate');
}

/** @param id whole, or a unique part. */
export async function openEvaluation(evaluations: readonly JobSummary[], id: string): Promise<OpenedEvaluation> {
  const exact = evaluations.filter((job) => job.id === id);
  const matching = exact.length > 0 ? exact : evaluations.filter((job) => job.id.includes(id));
  const job = matching[0];
  const results = matching.length === 1 && job ? await readResults(job.folder) : undefined;
  if (job && results) return { job, results };
  throw userError({
    code: 'evaluation-not-found', value: id,
    message: matching.length > 1 ? `${matching.length} evaluations match` : job ? 'this evaluation has no results yet' : 'no evaluation of this name',
    next: matching.length > 1 ? 'Write more of the id.' : '`preclinical runs` lists them.',
  });
}
