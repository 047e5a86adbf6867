// An evaluation by lm-evaluation-harness itself, started as a trainer is: the same task files, its own samples and summary
// in results/, where they are read like ours.
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import type { EvaluateJobFile, LaunchedElsewhere } from '../../../protocol/job-file';
import type { JobContext } from '../../../runs/job-context';
import { jobPath } from '../../../runs/layout';
import { newestResultsFile } from '../../../runs/results';
import { loadTasks, writeHarnessTasks } from '../../evaluate';
import { findProgram, harnessProgram, harnessWords, pythonPlaces } from '../../scaleout';
import { openJobSignal } from '../job-signal';
import { programFolder, startProgram, waitForProgram, writeProgram } from './program';
import { weightsOf } from './weights';

export async function evaluateElsewhere(context: JobContext, { resolved, of }: EvaluateJobFile, { scaleout }: LaunchedElsewhere): Promise<void> {
  context.emit({ type: 'started' });
  const { data, limit, prompt = {} } = resolved;
  const tasks = await loadTasks(resolved.tasks.map((task) => path.resolve(context.root, task)), {
    ...(data === undefined ? {} : { dataFolder: path.resolve(context.root, data) }), ...(prompt.fewshotCount === undefined ? {} : { fewshotCount: prompt.fewshotCount }),
  });
  const tasksFolder = path.join(context.folder, programFolder, 'tasks');
  const names = await writeHarnessTasks(tasks, tasksFolder);
  const python = await findProgram(pythonPlaces(context.root, scaleout.python), scaleout.prefix, harnessProgram);
  const words = harnessWords({
    scaleout, ...await weightsOf(path.resolve(context.root, resolved.checkpoint)), tasks: names, tasksFolder, resultsFolder: jobPath(context.folder, 'results'),
    limit, ...prompt,
  });
  const folder = await writeProgram(context, { python, words, scaleout, packageName: 'lm_eval', purpose: 'Scores a checkpoint with lm-evaluation-harness.' });
  context.recordProvenance({ backend: `lm_eval ${python.version}`, ...(of === undefined ? {} : { parents: [{ job: of, checkpoint: resolved.checkpoint }] }) });
  const stop = openJobSignal(context, 'nothing to keep: the harness writes its scores at the end');
  try {
    const program = await startProgram(context, folder, scaleout);
    const progress = new HarnessProgress(context);
    await waitForProgram(program, stop.signal, async () => { progress.read(await program.lastLines(1)); });
  } catch (error) {
    throw stop.signal.aborted ? stop.stopped('ended; nothing was scored') : error;
  } finally {
    stop.dispose();
  }
  if (await newestResultsFile(context.folder) !== undefined) return;
  throw userError({ code: 'harness-no-results', file: folder, message: 'lm_eval ended and left no results', next: 'See trainer.log in this folder.' });
}

/** What its progress bar says. */
class HarnessProgress {
  #told = -1;

  constructor(private readonly context: JobContext) {}

  read([line = '']: readonly string[]): void {
    const found = /Running loglikelihood requests:[^\r]*?(\d+)\/(\d+)[^\r]*$/.exec(line.trimEnd());
    const [done, total] = [Number(found?.[1]), Number(found?.[2])];
    if (found === null || done === this.#told) return;
    this.#told = done;
    this.context.emit({ type: 'progress', label: 'lm_eval', done, total });
  }
}
