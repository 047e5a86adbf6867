// Routers of a model with experts that no longer share out the work: nearly all tokens go to few experts.
import type { Signature } from './signature';

/** Entropy of the load over experts, as a fraction of that of an even load, below which a router has collapsed, and updates it must last. */
const collapsedEntropy = 0.5;
const sustained = 10;

/** −Σ p ln p / ln E of the shares of E experts: 1 when even, 0 when one has all. */
export function loadEntropy(shares: readonly number[]): number {
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (shares.length < 2 || total === 0) return 1;
  return shares.reduce((sum, share) => (share === 0 ? sum : sum - (share / total) * Math.log(share / total)), 0) / Math.log(shares.length);
}

export class RouterWatch {
  readonly #below = new Map<number, number>();

  /** @param loads tokens, or shares of them, that each expert of each layer was given. */
  observe(step: number, loads: readonly (readonly number[])[]): Signature[] {
    return loads.flatMap((shares, layer) => {
      const entropy = loadEntropy(shares);
      const count = entropy < collapsedEntropy ? (this.#below.get(layer) ?? 0) + 1 : 0;
      this.#below.set(layer, count);
      if (count !== sustained) return [];
      return [{
        kind: 'router-collapse' as const, step,
        message: `the router of layer ${layer} has sent its tokens to few of ${shares.length} experts for ${sustained} updates (entropy of the load ${entropy.toFixed(2)} of 1); raise the load-balance coefficient`,
      }];
    });
  }
}
