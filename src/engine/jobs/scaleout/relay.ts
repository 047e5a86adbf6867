// What the trainer says, as events of the run: the same names and units as the embedded engine's.
import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { JobContext } from '../../../runs/job-context';
import { jobPath } from '../../../runs/layout';
import { parseTrainerEvent, type TrainerEvent } from '../../scaleout';
import { documentsOf, makeSchedule, removeOldCheckpoints, type Origin, type TrainEvent } from '../../train';
import { MetricsReporter } from '../train/metrics';
import { SignatureReporter } from '../train/signatures';
import { bringHome } from './home';
import type { ScaleoutRun } from './scaleout-run';

export class Relay {
  /** Updates done, by the last event. */
  step = 0;
  /** The loss that was not finite, when there was one. */
  nonFinite: number | undefined;
  hasEnded = false;
  /** Step of the newest checkpoint at home. */
  savedStep: number | undefined;
  #begun = false;
  /** The last steps told: a job that was begun again from a checkpoint repeats some. */
  #told = { update: 0, heldOut: -1 };
  #at = 0;
  #saved = new Set<string>();
  /** Tokens seen and learnt after each update. */
  readonly #tokens: { readonly tokens: number; readonly trainedTokens: number }[] = [{ tokens: 0, trainedTokens: 0 }];
  readonly #reporter: MetricsReporter;
  #signatures: SignatureReporter | undefined;

  constructor(readonly context: JobContext, readonly scaleout: ScaleoutRun, readonly origin: Origin) {
    this.#reporter = new MetricsReporter(context, scaleout.run.logEverySteps, scaleout.plan.totalSteps, scaleout.manifest.heldOut);
  }

  /** The events of what it said. A line that is none, as of a process that was killed in the middle of it, is told and passed over. */
  readable(lines: readonly string[]): TrainerEvent[] {
    return lines.flatMap((line) => {
      const event = parseTrainerEvent(line);
      if (event !== undefined) return [event];
      this.context.emit({ type: 'notice', level: 'warning', message: `A line of what the trainer said cannot be read and is passed over: ${JSON.stringify(line.slice(0, 80))}.` });
      return [];
    });
  }

  async take(event: TrainerEvent): Promise<void> {
    this.step = event.step;
    switch (event.type) {
      case 'begun':
        this.#at = event.at;
        if (this.#begun) this.context.emit({ type: 'notice', level: 'info', message: `The trainer was begun again at step ${event.step}.` });
        this.#begun = true;
        this.context.emit({ type: 'notice', level: 'info', message: `${event.processes} ${event.processes === 1 ? 'process' : 'processes'} on ${event.device}, attention ${event.attention ?? 'unknown'}.` });
        return;
      case 'update': if (event.step > this.#told.update) this.#update(event); return;
      case 'heldOut': if (event.step >= this.#told.heldOut) this.#heldOut(event); return;
      case 'saved': await this.#keep(event); return;
      case 'ended': this.hasEnded = true; return;
    }
  }

  /** What was said when nobody listened: numbers past the step `known`, and checkpoints that are not home yet. */
  async takeLeft(event: TrainerEvent, known: number): Promise<void> {
    const isHome = existsSync(join(jobPath(this.context.folder, 'checkpoints'), `step-${event.step}`));
    if (event.type === 'saved' && !isHome && existsSync(join(this.scaleout.folder, 'output', event.name))) await this.#keep(event);
    if (event.type === 'begun') {
      this.#at = event.at;
      this.#begun = true;
    }
    if (event.type === 'ended') await this.take(event);
    if ((event.type === 'update' || event.type === 'heldOut') && event.step > known) await this.take(event);
  }

  /** From now on what goes wrong is told as of the embedded engine's runs. `from`: the step that is gone on from. */
  async watchSignatures(from: number | undefined): Promise<void> {
    const { run, manifest, plan } = this.scaleout;
    const { warmupSteps } = makeSchedule(run.schedule, run.optimiser.learningRate, plan.totalSteps);
    this.#signatures = await SignatureReporter.open(this.context, { run, manifest, plan, warmupSteps, expertsPerToken: undefined, resumedFrom: from });
  }

  #report(event: TrainEvent): void {
    this.#reporter.report(event);
    this.#signatures?.observe(event);
  }

  /** The last update told, if any. */
  get toldStep(): number | undefined {
    return this.#told.update === 0 ? undefined : this.#told.update;
  }

  /** What was told before this process listened. */
  skipTo(step: number): void {
    this.#told = { update: Math.max(0, step), heldOut: step };
  }

  /** Whether the checkpoint a request asked for is kept. */
  hasAnswered(request: string): boolean {
    return this.#saved.has(request);
  }

  #update({ step, at, loss, learningRate, gradientNorm, balanceLoss }: TrainerEvent & { type: 'update' }): void {
    this.#told.update = step;
    if (!Number.isFinite(loss)) this.nonFinite = loss;
    const progress = this.#progress(step);
    const before = this.#progress(Math.max(0, step - this.scaleout.run.logEverySteps));
    this.#report({
      type: 'update', progress, loss, learningRate, gradientNorm: gradientNorm ?? Number.NaN,
      updateTokens: progress.tokens - before.tokens, durationMs: (at - this.#at) * 1000,
      noise: undefined, quietLoss: undefined, routing: balanceLoss === null ? undefined : { balanceLoss, loads_LE: [] }, documents: documentsOf(this.scaleout.plan.microBatches(step - 1).flat()),
    });
    this.#at = at;
  }

  #heldOut({ step, set, nats, tokens }: TrainerEvent & { type: 'heldOut' }): void {
    this.#told.heldOut = step;
    const bytes = this.scaleout.heldOut.find(({ name }) => name === set)?.bytes ?? Number.NaN;
    this.#report({ type: 'heldOut', progress: this.#progress(step), name: set, measured: { loss: nats / tokens, bitsPerByte: nats / Math.LN2 / bytes, tokens } });
  }

  async #keep({ step, name, request }: TrainerEvent & { type: 'saved' }): Promise<void> {
    const startedMs = performance.now();
    const { context, scaleout } = this;
    const folder = await bringHome(context.folder, scaleout, this.origin, name, step);
    this.savedStep = step;
    context.emit({ type: 'checkpoint', step, path: relative(context.folder, folder).split(sep).join('/'), durationMs: performance.now() - startedMs });
    await context.sync();
    await removeOldCheckpoints(jobPath(context.folder, 'checkpoints'), scaleout.run.checkpoints);
    if (request !== null) this.#saved.add(request);
  }

  #progress(step: number): { readonly step: number; readonly tokens: number; readonly trainedTokens: number; readonly neftune: undefined } {
    for (let done = this.#tokens.length; done <= step; done++) {
      const last = this.#tokens[done - 1]!;
      let { tokens, trainedTokens } = last;
      for (const { of, row } of this.scaleout.plan.microBatches(done - 1).flat()) {
        tokens += of.lengths[row]!;
        trainedTokens += of.lossTokens[row]!;
      }
      this.#tokens.push({ tokens, trainedTokens });
    }
    return { step, ...this.#tokens[step]!, neftune: undefined };
  }
}
