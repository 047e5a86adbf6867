// The job that trains: lets the loop run, and turns its events into metrics, checkpoints and answers to requests. A
// later attempt goes on from the newest whole checkpoint of its own folder. A mix that is not built yet is built first.
import { Stopped } from '../../base/errors/problem';
import { trainsElsewhere } from '../../documents/run/schema';
import type { TrainJobFile } from '../../protocol/job-file';
import type { JobBody, JobContext } from '../../runs/job-context';
import { train, type TrainProgress } from '../train';
import { trainElsewhere } from './scaleout/train';
import { CheckpointWriter } from './train/checkpoints';
import { MetricsReporter } from './train/metrics';
import { buildMixFirst } from './train/mix-first';
import { openTraining } from './train/open';
import { SignatureReporter } from './train/signatures';

export const trainJob: JobBody<TrainJobFile> = async (context, file) => {
  await buildMixFirst(context, file);
  if (trainsElsewhere(file.resolved.run)) return trainElsewhere(context, file);
  const training = await openTraining(context, file);
  const writer = new CheckpointWriter(context, training);
  try {
    const { totalSteps } = training.settings.plan;
    context.emit({ type: 'started', totalSteps });
    if (context.attempt > 1) context.emit({ type: 'resumed', fromStep: training.resumedFrom ?? 0 });
    for (const notice of training.notices) context.emit({ type: 'notice', ...notice });
    const reporter = new MetricsReporter(context, training.run.logEverySteps, totalSteps, training.manifest.heldOut);
    const signatures = await SignatureReporter.open(context, {
      run: training.run, manifest: training.manifest, plan: training.settings.plan, warmupSteps: training.settings.schedule.warmupSteps,
      expertsPerToken: training.settings.model.config.experts?.perToken, resumedFrom: training.resumedFrom,
    });
    for await (const event of train(training.settings)) {
      reporter.report(event);
      writer.observe(event);
      signatures.observe(event);
      writer.throwIfFailed();
      if (event.type === 'boundary' && writer.isDue(event.progress)) await writer.begin(event.progress);
      if (context.signal.aborted) throw new Stopped();
      if (event.type === 'boundary' || event.type === 'microBatch') await obey(context, writer, event.progress);
    }
    await writer.settle();
  } finally {
    await writer.close();
    training.dispose();
  }
};

/** Answers the oldest request: every kind of it wants a checkpoint of the last whole update. */
async function obey(context: JobContext, writer: CheckpointWriter, progress: TrainProgress): Promise<void> {
  const request = context.pendingRequest();
  if (request === undefined) return;
  await writer.answer(request.id, progress);
  const isDone = progress.step === writer.training.settings.plan.totalSteps;
  if (isDone || request.kind === 'checkpoint') return;
  await writer.settle();
  throw new Stopped(request.kind);
}
