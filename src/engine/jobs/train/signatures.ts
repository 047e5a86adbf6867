// The detectors of a training job: what they need to know of its run and mix, and what earlier attempts measured.
import { readEvents } from '../../../runs/events';
import type { JobContext } from '../../../runs/job-context';
import { SignatureWatch, type TrainEvent } from '../../train';
import type { Training } from './open';

/** Warm-ups a re-warmed model may take to come back to its loss. */
const rewarmingWarmups = 3;

export class SignatureReporter {
  private constructor(readonly context: JobContext, readonly watch: SignatureWatch) {}

  static async open(context: JobContext, training: Training): Promise<SignatureReporter> {
    const { run, manifest, settings: { plan, schedule, model } } = training;
    const hasBase = typeof run.base === 'string';
    const watch = new SignatureWatch({
      hasBase, warmupSteps: schedule.warmupSteps, forgettingThreshold: run.heldOut.forgettingThreshold,
      rewarmingSteps: hasBase ? rewarmingWarmups * schedule.warmupSteps : 0,
      expertsPerToken: model.config.experts?.perToken,
      updatesInPass: plan.rowsPerPass / (run.batchSize * run.accumulationSteps),
      sets: Object.fromEntries(manifest.heldOut.map(({ name, role = 'target' }) => [name, { role }])),
    });
    if (training.resumedFrom !== undefined) await replay(context.folder, training.resumedFrom, watch);
    return new SignatureReporter(context, watch);
  }

  observe(event: TrainEvent): void {
    for (const signature of this.watch.observe(event)) this.context.emit({ type: 'signature', ...signature });
  }
}

/** Shows the detectors the losses up to the step this attempt goes on from; what they say of them was said then. */
async function replay(folder: string, upToStep: number, watch: SignatureWatch): Promise<void> {
  for (const event of await readEvents(folder)) {
    if (event.type !== 'metrics' || event.step > upToStep) continue;
    for (const [name, value] of Object.entries(event.metrics)) {
      const set = /^heldout\/(.+)\/loss$/.exec(name)?.[1];
      if (typeof value !== 'number') continue;
      if (set !== undefined) watch.heldOut(event.step, set, value);
      else if (name === 'train/loss') watch.replay(value);
    }
  }
}
