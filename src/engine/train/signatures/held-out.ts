// What held-out losses tell beside the training loss: overfitting, when what is to be learnt gets worse on unseen
// documents while it gets better on the seen ones; forgetting, when what the model knew gets worse than in its base. No
// single batch does either: overfitting concerns the updates since the loss was lowest, forgetting those since a
// measurement that was still within the threshold.
import type { Signature } from './signature';

export interface HeldOutRole {
  /** replay: a set of what the model knew before, which is to stay. */
  readonly role: 'target' | 'replay';
}

export interface HeldOutWatchSettings {
  readonly sets: Readonly<Record<string, HeldOutRole>>;
  /** The run goes on from a trained model, so there is something to forget. */
  readonly hasBase: boolean;
  /** Steps before which forgetting is not judged: re-warming passes. */
  readonly warmupSteps: number;
  /** Rise over the base's loss, as a fraction of it, that counts as forgetting. */
  readonly forgettingThreshold: number;
}

/** Rise over the lowest loss, as a fraction of it, and measurements since, that count as overfitting. */
const overfittingRise = 0.01;
const overfittingMeasurements = 2;

interface Lowest { readonly loss: number; readonly step: number; readonly trainLoss: number; readonly since: number }

export class HeldOutWatch {
  readonly #base = new Map<string, number>();
  readonly #lowest = new Map<string, Lowest>();
  /** Step of the last measurement of a set at which nothing was forgotten. */
  readonly #kept = new Map<string, number>();
  readonly #active = new Set<string>();

  constructor(readonly settings: HeldOutWatchSettings) {}

  /** @param trainLoss level of the training loss at this step, without noise where that is known; NaN before the first update. */
  observe(step: number, set: string, loss: number, trainLoss: number): Signature[] {
    if (step === 0) this.#base.set(set, loss);
    const role = this.settings.sets[set]?.role ?? 'target';
    return [...(role === 'target' ? this.#overfitting(step, set, loss, trainLoss) : []), ...(role === 'replay' ? this.#forgetting(step, set, loss) : [])];
  }

  #overfitting(step: number, set: string, loss: number, trainLoss: number): Signature[] {
    const lowest = this.#lowest.get(set);
    if (lowest === undefined || loss < lowest.loss) {
      this.#lowest.set(set, { loss, step, trainLoss, since: 0 });
      this.#active.delete(`overfitting/${set}`);
      return [];
    }
    const since = lowest.since + 1;
    this.#lowest.set(set, { ...lowest, since });
    const isOver = since >= overfittingMeasurements && loss > lowest.loss * (1 + overfittingRise) && trainLoss < lowest.trainLoss;
    return this.#onceWhile(`overfitting/${set}`, isOver, {
      kind: 'overfitting', step, updates: { from: lowest.step + 1, to: step }, metric: `heldout/${set}/loss`,
      message: `the loss on held-out ${set} is ${loss.toFixed(3)}, up from ${lowest.loss.toFixed(3)} at step ${lowest.step}, while the training loss fell from ${lowest.trainLoss.toFixed(3)} to ${trainLoss.toFixed(3)}; the checkpoint nearest step ${lowest.step} is the better one`,
    });
  }

  #forgetting(step: number, set: string, loss: number): Signature[] {
    const base = this.#base.get(set);
    if (!this.settings.hasBase || base === undefined) return [];
    const rise = loss / base - 1;
    const isForgotten = rise > this.settings.forgettingThreshold;
    if (!isForgotten) this.#kept.set(set, step);
    if (step <= this.settings.warmupSteps) return [];
    return this.#onceWhile(`forgetting/${set}`, isForgotten, {
      kind: 'forgetting', step, updates: { from: (this.#kept.get(set) ?? 0) + 1, to: step }, metric: `heldout/${set}/loss`,
      message: `the loss on held-out ${set} is ${loss.toFixed(3)}, ${(100 * rise).toFixed(1)} % above the base's ${base.toFixed(3)}; replay more of what it is to keep, or lower the learning rate`,
    });
  }

  /** Said when it begins, and again only after it had ended. */
  #onceWhile(key: string, holds: boolean, signature: Signature): Signature[] {
    if (!holds) {
      this.#active.delete(key);
      return [];
    }
    if (this.#active.has(key)) return [];
    this.#active.add(key);
    return [signature];
  }
}
