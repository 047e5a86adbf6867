// Data that do not move on: update after update learns from the very same documents although there are others.
import type { ObservedUpdate, Signature } from './signature';

/** Equal batches in a row that are no coincidence of a small mix. */
const repeats = 4;

export class DataWatch {
  #last = '';
  #count = 0;

  /** @param updatesInPass updates one pass over the mix takes; with a single one every update has to be the same. */
  constructor(readonly updatesInPass: number) {}

  observe({ step, documents }: ObservedUpdate): Signature[] {
    const key = JSON.stringify(documents);
    this.#count = key === this.#last ? this.#count + 1 : 1;
    this.#last = key;
    if (this.#count !== repeats || this.updatesInPass <= 1) return [];
    return [{ kind: 'stalled-data', step, updates: { from: step - repeats + 1, to: step }, message: `the last ${repeats} updates learnt from the same documents, of a mix that takes ${Math.ceil(this.updatesInPass)} updates to go through` }];
  }
}
