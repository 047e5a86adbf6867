// All detectors over the events of one run. A resumed run shows them what earlier attempts measured first, so that they
// know the base's losses and the level of the training loss.
import type { ConcernedDocuments } from '../../../protocol/events';
import type { DataPlan, DocumentsOfStage } from '../data-plan';
import type { TrainEvent } from '../loop';
import { DataWatch } from './data';
import { concernedDocuments } from './documents';
import { HeldOutWatch, type HeldOutWatchSettings } from './held-out';
import { LossWatch, type LossWatchSettings } from './loss';
import { RouterWatch } from './router';
import { median, type Signature } from './signature';

export interface SignatureSettings extends HeldOutWatchSettings, LossWatchSettings {
  readonly updatesInPass: number;
  /** What each update learns from. */
  readonly plan: Pick<DataPlan, 'microBatches'>;
  /** Of a model with experts. */
  readonly expertsPerToken?: number | undefined;
}

/** A signature with the documents of its updates. */
export interface Finding extends Signature { readonly documents: readonly ConcernedDocuments[] }

/** Updates the training loss beside a held-out loss is taken over. */
const recentUpdates = 20;

export class SignatureWatch {
  readonly #loss: LossWatch;
  readonly #heldOut: HeldOutWatch;
  readonly #data: DataWatch;
  readonly #router: RouterWatch;
  #recent: number[] = [];

  constructor(readonly settings: SignatureSettings) {
    this.#loss = new LossWatch(settings);
    this.#heldOut = new HeldOutWatch(settings);
    this.#data = new DataWatch(settings.updatesInPass);
    this.#router = new RouterWatch(settings.expertsPerToken ?? 1);
  }

  observe(event: TrainEvent): Finding[] {
    return this.#detect(event).map((signature) => ({ ...signature, documents: concernedDocuments(this.settings.plan, signature.updates) }));
  }

  #detect(event: TrainEvent): Signature[] {
    switch (event.type) {
      case 'update': {
        const update = { step: event.progress.step, loss: event.loss, documents: event.documents };
        this.#remember(event.loss);
        const ofRouter = event.routing === undefined ? [] : this.#router.observe(update.step, event.routing.loads_LE);
        return [...this.#loss.observe(update), ...this.#data.observe(update), ...ofRouter];
      }
      case 'heldOut':
        return this.heldOut(event.progress.step, event.name, event.measured.loss);
      case 'nonFinite': {
        const what = Number.isFinite(event.loss) ? `the gradient norm is ${event.gradientNorm}` : `the loss is ${event.loss}`;
        const step = event.progress.step + 1;
        return [{ kind: 'non-finite', step, updates: { from: step, to: step }, message: `${what}, so the update was not made` }];
      }
      case 'microBatch': case 'boundary':
        return [];
    }
  }

  /** A held-out loss; also of an earlier attempt, whose signatures were said then. */
  heldOut(step: number, set: string, loss: number): Signature[] {
    return this.#heldOut.observe(step, set, loss, this.#recent.length === 0 ? NaN : median(this.#recent));
  }

  /** A training loss of an earlier attempt, whose signatures were said then; with the documents of its update where it is recent. */
  replay(step: number, loss: number, documents?: readonly DocumentsOfStage[]): void {
    this.#remember(loss);
    if (documents !== undefined) this.#loss.observe({ step, loss, documents });
  }

  #remember(loss: number): void {
    this.#recent.push(loss);
    if (this.#recent.length > recentUpdates) this.#recent.shift();
  }
}
