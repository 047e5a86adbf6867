// A run whose mix is not built yet waits for the job that builds it: one that is at work already, else one it starts.
// Both are processes of their own, so the terminal or window that started the run is needed by neither.
import path from 'node:path';
import { Stopped, userError } from '../../../base/errors/problem';
import type { MixJobFile, TrainJobFile } from '../../../protocol/job-file';
import { parseEvent } from '../../../runs/events';
import { LineTail } from '../../../runs/events/tail';
import type { JobContext } from '../../../runs/job-context';
import { jobPath } from '../../../runs/layout';
import { requestJob } from '../../../runs/requests';
import { openJobSignal } from '../job-signal';
import { fromStoredPath } from '../prepare/paths';
import { isMixBuilt, prepareMix } from '../prepare/mix';
import { JobStarter, waitForEnd } from '../study/child-job';

/** Returns when the mix is there. Asked to stop, it asks the mix to stop as well: what that has written is kept. */
export async function buildMixFirst(context: JobContext, file: TrainJobFile): Promise<void> {
  if (isMixBuilt(context.root, file.resolved.mixFolder)) return;
  const mix = await mixOf(context.root, file);
  const asked = openJobSignal(context, 'nothing is trained yet');
  const { folder } = await new JobStarter(context.root).start(mix);
  context.emit({ type: 'notice', level: 'info', message: `The mix ${mix.name} is built first, by ${path.basename(folder)}.` });
  const stopTelling = tellProgress(context, folder);
  try {
    const end = await waitForEnd(folder, asked.signal);
    if (end.state !== 'done') {
      throw userError({
        code: 'train-mix-not-built', file: mix.file ?? mix.name, message: `the mix ${mix.name} was not built: ${end.reason}`,
        next: 'Mend that, then resume this run or start it again.',
      });
    }
  } catch (error) {
    if (!asked.signal.aborted) throw error;
    await requestJob(folder, 'stop');
    throw asked.stopped('stopped before training began');
  } finally {
    stopTelling();
    asked.dispose();
  }
  if (context.signal.aborted) throw new Stopped();
}

/** The job that makes the very product this run was resolved to. */
async function mixOf(root: string, file: TrainJobFile): Promise<MixJobFile> {
  const { run, mixFolder } = file.resolved;
  if (file.file === undefined) {
    throw userError({ code: 'train-mix-missing', file: mixFolder, message: 'the mix of this run is not there any more', next: 'Build it again, then resume this run.' });
  }
  const mix = await prepareMix(root, path.resolve(path.dirname(fromStoredPath(root, file.file)), run.data));
  if (mix.resolved.product !== mixFolder) {
    throw userError({
      code: 'train-mix-changed', file: mix.file ?? run.data, value: `${path.posix.basename(mixFolder)} became ${path.posix.basename(mix.resolved.product)}`,
      message: `the mix ${mix.name} or one of its inputs changed since this run was made`, next: 'Start the run again from its file.',
    });
  }
  return mix;
}

const tellEveryMs = 500;

/** Says the mix's progress as this run's own, so that whoever follows the run sees something move. */
function tellProgress(context: JobContext, mixFolder: string): () => void {
  const tail = new LineTail(jobPath(mixFolder, 'events'));
  let reading = false;
  const timer = setInterval(() => {
    if (reading) return;
    reading = true;
    void tail.read().then((lines) => {
      const last = lines.map((line) => parseEvent(line)).filter((event) => event?.type === 'progress').at(-1);
      if (last?.type === 'progress') context.emit({ type: 'progress', label: `mix: ${last.label}`, done: last.done, ...(last.total === undefined ? {} : { total: last.total }) });
    }).catch(() => undefined).finally(() => { reading = false; }); // what cannot be read now is said by the mix's own end
  }, tellEveryMs);
  return () => { clearInterval(timer); };
}
