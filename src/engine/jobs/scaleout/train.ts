// The job of a run that another engine trains: prepares its folder, starts it, passes on what it says and what it is
// asked, and brings its checkpoints home. A later attempt goes on from the newest of these.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Problem, Stopped, UserError, userError } from '../../../base/errors/problem';
import { scaleoutOf, type Run } from '../../../documents/run/schema';
import type { SlurmSettings } from '../../../documents/run/slurm';
import type { TrainJobFile } from '../../../protocol/job-file';
import { latestCheckpoint } from '../../../runs/checkpoints';
import type { JobContext } from '../../../runs/job-context';
import { readEvents } from '../../../runs/events/read';
import { LineTail } from '../../../runs/events/tail';
import { endLeftRemote, endLeftTrainer, engineOf, isUnfinished, privacy, Place, RemoteTrainer, SlurmTrainer, type SlurmWatch, type Trainer, type TrainerEnd, type TrainerRequest, trainerEventsFile, TrainerProcess } from '../../scaleout';
import { describeLeftOut } from '../train/data';
import { describeOrigin } from '../train/origin';
import { explainFailure } from './failure';
import { prepareScaleout } from './prepare';
import { Relay } from './relay';
import type { ScaleoutRun } from './scaleout-run';

const pollMs = 200;

export async function trainElsewhere(context: JobContext, file: TrainJobFile): Promise<void> {
  const trainer = path.join(context.folder, 'trainer');
  const { slurm, remote } = scaleoutOf(file.resolved.run);
  if (slurm === undefined) await (remote === undefined ? endLeftTrainer(trainer) : endLeftRemote(trainer));
  const scaleout = await prepareScaleout(context.root, context.folder, file);
  const origin = await describeOrigin(context.id, file, scaleout.isNew ? undefined : scaleout.base, scaleout.manifest);
  const relay = new Relay(context, scaleout, origin);
  const watch = slurm === undefined ? undefined : watchOf(context, trainer, slurm, new Place(remote));
  const left = watch === undefined ? undefined : await SlurmTrainer.find(watch);
  const tail = await passOnLeavings(relay, trainer, left === undefined);
  const own = await latestCheckpoint(context.folder);
  if (own !== undefined) relay.savedStep = stepOf(own);
  announce(context, file, scaleout, own);
  await relay.watchSignatures(left === undefined ? relay.savedStep : relay.toldStep);
  if (left !== undefined) {
    context.emit({ type: 'notice', level: 'info', message: `Found Slurm job ${left.jobId} again, which went on meanwhile.` });
    await follow(context, relay, left, tail);
  } else if (!relay.hasEnded || relay.step < scaleout.plan.totalSteps || relay.savedStep !== scaleout.plan.totalSteps) {
    relay.hasEnded = false;
    const arguments_ = own === undefined ? [] : ['--resume_from_checkpoint', path.relative(trainer, own)];
    if (watch !== undefined) await rm(path.join(trainer, 'output'), { recursive: true, force: true });
    await follow(context, relay, watch === undefined ? start(scaleout, arguments_) : await SlurmTrainer.submit(watch, arguments_), tail);
  }
}

function start({ place, folder }: ScaleoutRun, arguments_: readonly string[]): Trainer {
  return place.isHere ? new TrainerProcess(folder, arguments_) : new RemoteTrainer(folder, place, arguments_);
}

function watchOf(context: JobContext, folder: string, settings: SlurmSettings, place: Place): SlurmWatch {
  return {
    folder, settings, place, jobName: context.id,
    onChange: (text, jobId, level) => {
      context.describe(text, jobId);
      context.emit({ type: 'notice', level, message: `${text}.` });
    },
  };
}

function stepOf(checkpoint: string): number {
  return Number(path.basename(checkpoint).slice('step-'.length));
}

/** What an earlier attempt's trainer still said after its job was gone: neither its numbers nor a checkpoint it saved are lost. */
async function passOnLeavings(relay: Relay, trainer: string, isOver: boolean): Promise<LineTail> {
  const file = path.join(trainer, trainerEventsFile);
  const tail = new LineTail(file);
  const known = (await readEvents(relay.context.folder)).reduce((last, event) => (event.type === 'metrics' ? Math.max(last, event.step) : last), -1);
  for (const event of relay.readable(await tail.read())) await relay.takeLeft(event, known);
  if (!isOver) {
    relay.skipTo(Math.max(known, relay.step));
    return tail;
  }
  if (tail.torn !== '') relay.readable([tail.torn]);
  await rm(file, { force: true });
  return new LineTail(file);
}

function announce(context: JobContext, file: TrainJobFile, { run, settings, plan, python, onGpu, sharding, kept, manifest, checks, place }: ScaleoutRun, own: string | undefined): void {
  const { packageName } = engineOf(run);
  const version = (name: string): string => `${name} ${python.packages[name] ?? 'missing'}`;
  context.emit({ type: 'started', totalSteps: plan.totalSteps });
  if (context.attempt > 1) context.emit({ type: 'resumed', fromStep: own === undefined ? 0 : stepOf(own) });
  context.recordProvenance({
    backend: `${version(packageName)}, ${version('transformers')}, ${version('torch')}`, device: onGpu ? python.gpus.slice(0, settings.processes).join(', ') : `cpu, ${settings.processes} processes`,
    seeds: { run: run.seed }, mixHash: manifest.hash,
    ...(file.resolved.baseJob === undefined ? {} : { parents: [{ job: file.resolved.baseJob, checkpoint: path.posix.basename(file.resolved.baseCheckpoint ?? '') }] }),
  });
  const notices = [
    `Trained by ${version(packageName)} with ${version('torch')}, ${python.interpreter} (${python.because})${place.isHere ? '' : `, by ${place.name}`}; its files are in trainer/.`,
    `Nothing leaves the machine: ${Object.entries(privacy).map(([name, value]) => `${name}=${value}`).join(' ')}, no reporters, no push, no remote code.`,
    sharding.because,
    ...kept.map(({ file: name, difference }) => `trainer/${name} was changed by hand and is kept: ${difference.join(' ⏎ ')}`),
    ...describeLeftOut(plan.stages),
  ];
  for (const message of notices) context.emit({ type: 'notice', level: 'info', message });
  for (const { name, found, next } of checks.filter(({ state }) => state === 'warning')) context.emit({ type: 'notice', level: 'warning', message: `${name}: ${found}.${next === undefined ? '' : ` ${next}`}` });
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

async function follow(context: JobContext, relay: Relay, child: Trainer, tail: LineTail): Promise<void> {
  let asked: { readonly id: string; readonly kind: string } | undefined;
  let end: TrainerEnd | undefined;
  void child.ended.then((how) => { end = how; });
  try {
    for (;;) {
      const last = end;
      for (const event of relay.readable(await tail.read())) {
        child.heard();
        await relay.take(event);
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
      if (child.isWaiting && pending !== undefined && answerWaiting(context, child, pending)) continue;
      if (pending !== undefined && asked === undefined) child.ask(asked = pending);
      await Promise.race([child.ended, delay(pollMs)]);
    }
  } finally {
    child.kill();
  }
}

/** Nobody trains, so there is nothing to save. @returns whether it was answered. */
function answerWaiting(context: JobContext, child: Trainer, { id, kind }: TrainerRequest): boolean {
  if (kind === 'checkpoint') {
    context.answerRequest(id, 'refused', 'Nothing trains: the job waits in the queue.');
    return true;
  }
  child.kill();
  context.answerRequest(id, 'done', 'Taken out of the queue.');
  throw new Stopped(kind === 'pause' ? 'pause' : 'stop');
}

async function checkEnd(relay: Relay, child: Trainer, { code, signal, because }: TrainerEnd): Promise<void> {
  const { totalSteps } = relay.scaleout.plan;
  if (relay.nonFinite !== undefined) {
    throw userError({
      code: 'scaleout-non-finite', file: child.logFile, value: String(relay.nonFinite), message: `the loss was not finite at step ${relay.step}`,
      next: 'Lower optimiser.learningRate, or resume from the last checkpoint with other data.',
    });
  }
  if (code === 0 && relay.hasEnded && relay.step >= totalSteps) return;
  const kept = relay.savedStep === undefined ? 'there is no checkpoint yet' : `its last checkpoint is step-${relay.savedStep}`;
  if (because === undefined && isUnfinished(child.folder)) throw new Stopped('pause', `Slurm's time was up at step ${relay.step}, and ${kept}. Resume the run to go on.`);
  throw naming(because ?? explainFailure(await child.lastLines(200), { logFile: child.logFile, step: relay.step, totalSteps, code, signal }), kept);
}

function naming(error: Error, kept: string): Error {
  if (!(error instanceof UserError)) return error;
  const [{ message, ...problem }] = error.problems as [Problem];
  return userError({ ...problem, message: `${message}; ${kept}` });
}
