// The detectors of a training job: what they need to know of its run and mix, and what earlier attempts measured.
import type { JobEvent, MetricsEvent } from '../../../protocol/events';
import { readEvents } from '../../../runs/events';
import type { JobContext } from '../../../runs/job-context';
import type { Run } from '../../../documents/run/schema';
import type { MixManifest } from '../../data/shard';
import { documentsOf, SignatureWatch, type DataPlan, type TrainEvent } from '../../train';

/** Warm-ups a re-warmed model may take to come back to its loss. */
const rewarmingWarmups = 3;
/** Updates of earlier attempts that tell the level of the training loss: its window, and a rise that lasts. */
const replayedUpdates = 80;

/** Of a training run, whoever trains. */
export interface WatchedRun {
  readonly run: Run;
  readonly manifest: MixManifest;
  readonly plan: DataPlan;
  readonly warmupSteps: number;
  /** Of a Mixtral whose routing is told. */
  readonly expertsPerToken: number | undefined;
  /** Step this attempt goes on from, if it does. */
  readonly resumedFrom: number | undefined;
}

export class SignatureReporter {
  private constructor(readonly context: JobContext, readonly watch: SignatureWatch) {}

  static async open(context: JobContext, { run, manifest, plan, warmupSteps, expertsPerToken, resumedFrom }: WatchedRun): Promise<SignatureReporter> {
    const hasBase = typeof run.base === 'string';
    const watch = new SignatureWatch({
      hasBase, warmupSteps, forgettingThreshold: run.heldOut.forgettingThreshold,
      rewarmingSteps: hasBase ? rewarmingWarmups * warmupSteps : 0,
      expertsPerToken, plan,
      updatesInPass: plan.rowsPerPass / (run.batchSize * run.accumulationSteps),
      sets: Object.fromEntries(manifest.heldOut.map(({ name, role = 'target' }) => [name, { role }])),
    });
    if (resumedFrom !== undefined) await replay(context.folder, resumedFrom, plan, watch);
    return new SignatureReporter(context, watch);
  }

  observe(event: TrainEvent): void {
    for (const signature of this.watch.observe(event)) this.context.emit({ type: 'signature', ...signature });
  }
}

/** Shows the detectors the losses up to the step this attempt goes on from; what they say of them was said then. */
async function replay(folder: string, upToStep: number, plan: DataPlan, watch: SignatureWatch): Promise<void> {
  const measured = keptMetrics(await readEvents(folder), upToStep);
  const recent = new Set(measured.filter(({ metrics }) => 'train/loss' in metrics).slice(-replayedUpdates));
  for (const event of measured) {
    for (const [name, value] of Object.entries(event.metrics)) {
      const set = /^heldout\/([^/]+)\/loss$/.exec(name)?.[1];
      if (typeof value !== 'number') continue;
      if (set !== undefined) watch.heldOut(event.step, set, value);
      else if (name === 'train/loss') watch.replay(event.step, value, recent.has(event) ? documentsOf(plan.microBatches(event.step - 1).flat()) : undefined);
    }
  }
}

/** What was measured up to this step and not taken back by an attempt that resumed before it. */
function keptMetrics(events: readonly JobEvent[], upToStep: number): MetricsEvent[] {
  let kept: MetricsEvent[] = [];
  for (const event of events) {
    if (event.type === 'metrics') kept.push(event);
    if (event.type === 'resumed') kept = kept.filter(({ step, attempt }) => step <= event.fromStep || attempt >= event.attempt);
  }
  return kept.filter(({ step }) => step <= upToStep);
}
