// Training loss that leaves its level: a spike comes back within a few updates, a divergence stays. The rise that
// re-warming a trained model brings is expected (Gupta et al. 2023, arXiv 2308.04014): in the neighbourhood of the
// warm-up it is said, not alarmed at. Levels are compared within one stage of the mix, since stages differ in difficulty.
// A spike concerns its own batch. A rise that stays came of the weights, so it concerns the update before it as well.
import { median, robustSpread, type ObservedUpdate, type Signature } from './signature';

export interface LossWatchSettings {
  /** Steps up to which a rise belongs to re-warming; 0 when the run starts from random weights or has no warm-up. */
  readonly rewarmingSteps: number;
}

/** Updates a level is taken over, and the fewest that make one. */
const window = 50;
const enough = 10;
/** A loss this many spreads over the median, and this fraction of it, is out of the ordinary. */
const outlierSpreads = 6;
const outlierFraction = 0.1;
/** Updates in a row above the limit that are no spike any more. */
const sustained = 15;

export class LossWatch {
  #stage = '';
  #level: number[] = [];
  #above: number[] = [];
  /** The update at which the loss left its level. */
  #leftAt = 0;
  #isReported = false;

  constructor(readonly settings: LossWatchSettings) {}

  observe(update: ObservedUpdate): Signature[] {
    this.#enterStage(update.documents.map(({ stage }) => stage).join('+'));
    if (this.#level.length < enough) {
      this.#level.push(update.loss);
      return [];
    }
    const limit = limitOf(this.#level);
    if (update.loss <= limit) return this.#settle(update.loss);
    this.#above.push(update.loss);
    if (this.#above.length === 1) {
      this.#leftAt = update.step;
      return this.#rewarms(update.step) ? [] : [spike(update, median(this.#level))];
    }
    return this.#above.length >= sustained && !this.#isReported ? this.#report(update, limit) : [];
  }

  /** Stages alternate within an update where they meet; only a change to another set begins anew. */
  #enterStage(stage: string): void {
    if (stage === this.#stage) return;
    this.#stage = stage;
    this.#level = [];
    this.#above = [];
    this.#isReported = false;
  }

  #settle(loss: number): Signature[] {
    this.#above = [];
    this.#isReported = false;
    this.#level.push(loss);
    if (this.#level.length > window) this.#level.shift();
    return [];
  }

  #rewarms(step: number): boolean {
    return step <= this.settings.rewarmingSteps;
  }

  #report({ step }: ObservedUpdate, limit: number): Signature[] {
    const updates = { from: this.#leftAt - 1, to: this.#leftAt };
    const recent = median(this.#above.slice(-sustained));
    const rise = `the loss has stayed above ${limit.toFixed(3)} for ${this.#above.length} updates, around ${recent.toFixed(3)} where it was ${median(this.#level).toFixed(3)}`;
    if (this.#rewarms(step)) {
      if (this.#above.length > sustained) return [];
      return [{ kind: 'rewarming-bump', step, updates, message: `${rise}; expected while a trained model is warmed up again, and should pass soon after step ${this.settings.rewarmingSteps}` }];
    }
    this.#isReported = true;
    return [{ kind: 'divergence', step, updates, message: `${rise}; lower the learning rate or lengthen the warm-up` }];
  }
}

function limitOf(level: readonly number[]): number {
  const centre = median(level);
  return centre + Math.max(outlierSpreads * robustSpread(level), outlierFraction * centre);
}

function spike({ step, loss }: ObservedUpdate, centre: number): Signature {
  return { kind: 'loss-spike', step, updates: { from: step, to: step }, message: `the loss jumped to ${loss.toFixed(3)} from around ${centre.toFixed(3)}; look at the documents of this batch` };
}
