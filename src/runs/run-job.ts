// The process of a job from its first line to its exit code. Called by the job program, which brings the bodies.
import path from 'node:path';
import { userError } from '../base/errors/problem';
import type { JobFile } from '../protocol/job-file';
import type { JobKind } from '../protocol/status';
import type { JobBody } from './job-context';
import { type Attempt, beginAttempt } from './runner/begin';
import { writeLogText } from './runner/log-text';
import { doneOutcome, type Outcome, outcomeOf } from './runner/outcome';
import { RunningJob } from './runner/running-job';
import { StopSignals } from './runner/signals';

export type JobFileOf<K extends JobKind> = Extract<JobFile, { kind: K }>;
export type JobBodies = { readonly [K in JobKind]?: JobBody<JobFileOf<K>> };

const secondStop: Outcome = {
  state: 'stopped', exitCode: 3, reason: 'Ended at once by a second stop; steps after the last checkpoint are done again on resume.',
};

/**
 * Runs the next attempt of the job in this process and returns its exit code: 0 done, 1 bug, 2 user error, 3 stopped
 * or paused. A second stop or an uncaught error ends the process from within.
 */
export async function runJob(folder: string, bodies: JobBodies): Promise<number> {
  const signals = new StopSignals();
  try {
    return await runAttempt(await beginAttempt(path.resolve(folder)), bodies, signals);
  } catch (error) {
    const { exitCode, log } = outcomeOf(error);
    if (log !== undefined) writeLogText(log);
    return exitCode;
  } finally {
    signals.end();
  }
}

async function runAttempt(begun: Attempt, bodies: JobBodies, signals: StopSignals): Promise<number> {
  const exitAtOnce = (outcome: Outcome): void => {
    job.end(outcome);
    process.exit(outcome.exitCode);
  };
  const job: RunningJob = new RunningJob(begun, () => { exitAtOnce(secondStop); });
  const onUncaught = (error: unknown): void => { exitAtOnce(outcomeOf(error)); };
  process.on('uncaughtException', onUncaught);
  signals.deliver(() => { job.stopBySignal(); });
  let outcome = doneOutcome;
  try {
    await job.recordAttempt();
    await runBody(job, begun.file, bodies);
  } catch (error) {
    outcome = outcomeOf(error);
  }
  job.end(outcome);
  process.off('uncaughtException', onUncaught);
  return outcome.exitCode;
}

async function runBody(job: RunningJob, file: JobFile, bodies: JobBodies): Promise<void> {
  const body = bodies[file.kind] as JobBody<JobFile> | undefined;
  if (!body) throw userError({ code: 'job-kind-unknown', key: 'kind', value: file.kind, message: 'this program cannot run jobs of this kind', next: 'Update Preclinical.' });
  await body(job, file);
}
