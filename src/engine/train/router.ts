// Training a model with experts: the jitter of its routers' inputs, and what they decided over the micro-batches of an
// update. Jitter is drawn from a stream named by the update, micro-batch and layer, so that a resumed run and recomputed
// activations draw the same.
// Legend: L layers, E experts.
import { RandomStream } from '../../base/math/random';
import type { Experts, RouterTraining } from '../model';

/** Routing of one micro-batch, or of an update. */
export interface Routing {
  /** Before its weight; equal to the experts a token goes to when loads are even, and at most as many times the experts. */
  readonly balanceLoss: number;
  /** Assignments of tokens to each expert of each layer, padding apart. */
  readonly loads_LE: readonly (readonly number[])[];
}

/** Names the random stream of one micro-batch. */
export interface JitterKey { readonly seed: number; readonly name: string }

/** Factors U(1 − jitter, 1 + jitter) for a layer's input; none when the model has no jitter. */
export function routerJitter({ routerJitter: jitter }: Experts, { seed, name }: JitterKey): RouterTraining['jitter'] {
  if (jitter === 0) return undefined;
  return (layer, size) => {
    const stream = RandomStream.of(seed, `router-jitter/${name}/${layer}`);
    return Float32Array.from({ length: size }, () => 1 + jitter * (2 * stream.uniform() - 1));
  };
}

/** Of several micro-batches: loads added up, and balance losses by their weights: 1 where they are summands of the update's, else their share of its tokens. */
export function joinRouting(parts: readonly { readonly routing: Routing | undefined; readonly weight: number }[]): Routing | undefined {
  return parts.reduce<Routing | undefined>((joined, { routing, weight }) => {
    if (routing === undefined) return joined;
    const balanceLoss = (joined?.balanceLoss ?? 0) + routing.balanceLoss * weight;
    const loads_LE = routing.loads_LE.map((load_E, layer) => load_E.map((load, e) => load + (joined?.loads_LE[layer]?.[e] ?? 0)));
    return { balanceLoss, loads_LE };
  }, undefined);
}

export interface LoadMeasures {
  /** Largest share of a layer's assignments that one expert has; 1 / E when loads are even. */
  readonly largestShare: number;
  /** Smallest entropy of a layer's loads over that of even loads: 1 when all are even, 0 when a layer uses one expert. */
  readonly smallestEntropy: number;
}

/** −Σ p ln p / ln E of the shares of E experts: 1 when even, 0 when one has all. */
export function loadEntropy(load_E: readonly number[]): number {
  const total = load_E.reduce((sum, load) => sum + load, 0);
  if (load_E.length < 2 || total === 0) return 1;
  return load_E.reduce((sum, load) => (load === 0 ? sum : sum - (load / total) * Math.log(load / total)), 0) / Math.log(load_E.length);
}

export function measureLoads(loads_LE: Routing['loads_LE']): LoadMeasures {
  const largestShares = loads_LE.map((load_E) => Math.max(...load_E) / load_E.reduce((sum, load) => sum + load, 0));
  return { largestShare: Math.max(...largestShares), smallestEntropy: Math.min(...loads_LE.map(loadEntropy)) };
}
