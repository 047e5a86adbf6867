// The job of a run that another engine trains: prepares its folder, starts it, passes on what it says and what it is
// asked, and brings its checkpoints home. A later attempt goes on from the newest of these.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Stopped, userError } from '../../../base/errors/problem';
import type { Run } from '../../../documents/run/schema';
import type { TrainJobFile } from '../../../protocol/job-file';
import { latestCheckpoint } from '../../../runs/checkpoints';
import type { JobContext } from '../../../runs/job-context';
import { readEvents } from '../../../runs/events/read';
import { LineTail } from '../../../runs/events/tail';
import { endLeftTrainer, parseTrainerEvent, trainerEventsFile, TrainerProcess } from '../../scaleout';
import { describeLeftOut } from '../train/data';
import { describeOrigin } from '../train/origin';
import { explainFailure } from './failure';
import { prepareScaleout, type ScaleoutRun } from './prepare';
import { Relay } from './relay';

const pollMs = 200;

export async function trainElsewhere(context: JobContext, file: TrainJobFile): Promise<void> {
  const trainer = path.join(context.folder, 'trainer');
  await endLeftTrainer(trainer);
  const scaleout = await prepareScaleout(context.root, context.folder, file);
  const origin = await describeOrigin(context.id, file, scaleout.isNew ? undefined : scaleout.base, scaleout.manifest);
  const relay = new Relay(context, scaleout, origin);
  await passOnLeavings(relay, trainer);
  const own = await latestCheckpoint(context.folder);
  announce(context, file, scaleout, own);
  const child = new TrainerProcess(trainer, own === undefined ? [] : ['--resume_from_checkpoint', path.relative(trainer, own)]);
  await follow(context, relay, child);
}

/** What an earlier attempt's trainer still said after its job was gone: neither its numbers nor a checkpoint it saved are lost. */
async function passOnLeavings(relay: Relay, trainer: string): Promise<void> {
  const file = path.join(trainer, trainerEventsFile);
  const known = (await readEvents(relay.context.folder)).reduce((last, event) => (event.type === 'metrics' ? Math.max(last, event.step) : last), -1);
  for (const line of await new LineTail(file).read()) {
    const event = parseTrainerEvent(line);
    if (event !== undefined) await relay.takeLeft(event, known);
  }
  await rm(file, { force: true });
}

function announce(context: JobContext, file: TrainJobFile, { run, settings, plan, python, onGpu, kept, manifest }: ScaleoutRun, own: string | undefined): void {
  const version = (name: string): string => `${name} ${python.packages[name] ?? 'missing'}`;
  context.emit({ type: 'started', totalSteps: plan.totalSteps });
  if (context.attempt > 1) context.emit({ type: 'resumed', fromStep: own === undefined ? 0 : Number(path.basename(own).slice('step-'.length)) });
  context.recordProvenance({
    backend: `${version('trl')}, ${version('transformers')}, ${version('torch')}`, device: onGpu ? python.gpus.slice(0, settings.processes).join(', ') : `cpu, ${settings.processes} processes`,
    seeds: { run: run.seed }, mixHash: manifest.hash,
    ...(file.resolved.baseJob === undefined ? {} : { parents: [{ job: file.resolved.baseJob, checkpoint: path.posix.basename(file.resolved.baseCheckpoint ?? '') }] }),
  });
  const notices = [
    `Trained by ${version('trl')} with ${version('torch')}, ${python.interpreter} (${python.because}); its files are in trainer/.`,
    ...kept.map(({ file: name, difference }) => `trainer/${name} was changed by hand and is kept: ${difference.join(' ⏎ ')}`),
    ...describeLeftOut(plan.stages),
  ];
  for (const message of notices) context.emit({ type: 'notice', level: 'info', message });
  if (run.neftune !== undefined) warnOfNoise(context, run);
}

/** transformers divides by the root of the batch's padded length, whatever stands in its rows. */
function warnOfNoise(context: JobContext, { neftune, packing, stage }: Run): void {
  const packs = (packing ?? (stage === 'finetune' ? 'none' : 'stream')) !== 'none';
  const mode = neftune?.lengthMode === 'example' ? 'lengthMode: example is not what is done here: ' : '';
  context.emit({
    type: 'notice', level: packs || mode !== '' ? 'warning' : 'info',
    message: `NEFTune: ${mode}the noise is scaled by the padded length of the batch, as in transformers${packs ? ', which with packing is the length of the whole row and not of an example; packing: none keeps it to examples' : ''}. Compare such a run with one of the embedded engine in lengthMode: padded.`,
  });
}

async function follow(context: JobContext, relay: Relay, child: TrainerProcess): Promise<void> {
  const tail = new LineTail(path.join(child.folder, trainerEventsFile));
  let asked: { readonly id: string; readonly kind: string } | undefined;
  let end: Awaited<TrainerProcess['ended']> | undefined;
  void child.ended.then((how) => { end = how; });
  try {
    for (;;) {
      const last = end;
      for (const line of await tail.read()) {
        const event = parseTrainerEvent(line);
        if (event !== undefined) await relay.take(event);
      }
      if (asked !== undefined && relay.hasAnswered(asked.id)) {
        context.answerRequest(asked.id, 'done', `checkpoint of step ${relay.step}`);
        if (asked.kind !== 'checkpoint' && relay.step < relay.scaleout.plan.totalSteps) {
          await child.ended;
          throw new Stopped(asked.kind === 'pause' ? 'pause' : 'stop');
        }
        asked = undefined;
      }
      if (context.signal.aborted) throw new Stopped();
      if (last !== undefined) {
        await checkEnd(relay, child, last);
        return;
      }
      const pending = context.pendingRequest();
      if (pending !== undefined && asked === undefined) child.ask(asked = pending);
      await Promise.race([child.ended, delay(pollMs)]);
    }
  } finally {
    child.kill();
  }
}

async function checkEnd(relay: Relay, child: TrainerProcess, { code, signal }: Awaited<TrainerProcess['ended']>): Promise<void> {
  const { totalSteps } = relay.scaleout.plan;
  if (relay.nonFinite !== undefined) {
    throw userError({
      code: 'scaleout-non-finite', file: child.logFile, value: String(relay.nonFinite), message: `the loss was not finite at step ${relay.step}`,
      next: 'Lower optimiser.learningRate, or resume from the last checkpoint with other data.',
    });
  }
  if (code === 0 && relay.hasEnded && relay.step >= totalSteps) return;
  throw explainFailure(await child.lastLines(200), { logFile: child.logFile, step: relay.step, totalSteps, code, signal });
}
