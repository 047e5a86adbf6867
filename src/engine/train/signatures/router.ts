// Routers of a model with experts that no longer share out the work: nearly all tokens go to as few experts as a token
// has to have. The batch concerned is the one that was routed so first, and the one the routers learnt from before it.
import { loadEntropy } from '../router';
import type { Signature } from './signature';

/**
 * Where between the least entropy of the load over experts there can be (0) and that of an even load (1) a router has
 * collapsed, and updates it must last.
 */
const collapsed = 0.25;
const sustained = 10;

export class RouterWatch {
  /** By layer, updates in a row. */
  readonly #below = new Map<number, number>();

  /** @param perToken experts each token goes to. */
  constructor(readonly perToken: number) {}

  /** @param loads_LE tokens that each expert of each layer was given. */
  observe(step: number, loads_LE: readonly (readonly number[])[]): Signature[] {
    return loads_LE.flatMap((load_E, layer) => {
      const least = Math.log(this.perToken) / Math.log(load_E.length);
      const entropy = loadEntropy(load_E);
      const count = entropy - least < collapsed * (1 - least) ? (this.#below.get(layer) ?? 0) + 1 : 0;
      this.#below.set(layer, count);
      if (count !== sustained) return [];
      return [{
        kind: 'router-collapse' as const, step, updates: { from: Math.max(1, step - sustained), to: step - sustained + 1 }, metric: 'router/smallestEntropy',
        message: `the router of layer ${layer} has sent its tokens to few of ${load_E.length} experts for ${sustained} updates (entropy of the load ${entropy.toFixed(2)} where an even one has 1); raise the weight of the load-balance loss`,
      }];
    });
  }
}
