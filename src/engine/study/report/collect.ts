// Reads a study's job folder and the folders of its steps into one report. A study that is not finished gives a report of
// what is there.
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import type { StudyJobFile } from '../../../protocol/job-file';
import { readEvents } from '../../../runs/events';
import { readJobFile } from '../../../runs/job-file';
import { compareNamed, interactionOf } from './collect/differences';
import { collectGrid } from './collect/grid';
import { collectCurves, collectHeldOut, type TrainingRun } from './collect/metrics';
import { writeNotes } from './collect/notes';
import { collectPrompting } from './collect/prompting';
import { collectScores, describeTasks } from './collect/scores';
import { collectProvenance, describeMixes, describeRun, readMixManifest } from './collect/settings';
import { collectSteps, type StepJob } from './collect/steps';
import type { StudyReport } from './model';

/**
 * @param root workspace root.
 * @param studyFolder job folder of the study.
 * @param now of the report; the clock when left out.
 */
export async function collectReport(root: string, studyFolder: string, now: Date = new Date()): Promise<StudyReport> {
  const file = await readJobFile(studyFolder);
  if (file.kind !== 'study') {
    throw userError({ code: 'not-a-study', file: studyFolder, value: file.kind, message: 'this job is not a study', next: 'Name a study: `preclinical runs` lists the jobs.' });
  }
  const { study } = file.resolved;
  const events = await readEvents(studyFolder);
  const { reports: steps, jobs } = await collectSteps(root, study, events);
  const runs = await trainingRuns(root, jobs);
  const scores = await collectScores(study, jobs);
  const interaction = interactionOf(study, scores);
  const studyJob: StepJob = { name: 'study', id: path.basename(studyFolder), folder: studyFolder, file, events };
  const report: Omit<StudyReport, 'notes'> = {
    schema: 1,
    ...titleOf(file),
    study: path.basename(studyFolder),
    at: now.toISOString(),
    primaryMetric: study.primaryMetric,
    steps,
    tasks: describeTasks(scores, study.primaryMetric.task),
    grid: collectGrid(study, scores),
    ...(interaction ? { interaction } : {}),
    comparisons: compareNamed(study, scores),
    heldOut: collectHeldOut(runs),
    prompting: await collectPrompting(study, jobs),
    curves: collectCurves(runs),
    runs: runs.map((run) => describeRun(study, run)),
    mixes: describeMixes(runs),
    provenance: await collectProvenance(studyJob, jobs.values()),
  };
  return { ...report, notes: writeNotes(study, report, scores, runs) };
}

function titleOf(file: StudyJobFile): Pick<StudyReport, 'title' | 'description' | 'file'> {
  const { name, description } = file.resolved.study;
  return { title: name, ...(description === undefined ? {} : { description }), ...(file.file === undefined ? {} : { file: file.file }) };
}

async function trainingRuns(root: string, jobs: ReadonlyMap<string, StepJob>): Promise<TrainingRun[]> {
  const runs: TrainingRun[] = [];
  for (const job of jobs.values()) {
    if (job.file.kind !== 'train') continue;
    runs.push({ job: { ...job, file: job.file }, manifest: await readMixManifest(root, job.file.resolved.mixFolder) });
  }
  return runs;
}
