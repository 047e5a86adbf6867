// Orders requests into forward passes. Requests that differ in their last token only share one (a question with the choices
// A to D costs one pass). Passes that begin alike (after the same examples, or options of one question) form a chain, in
// which each costs what it has of its own; the others are batched with passes of like length, as in
// lm-evaluation-harness's Collator.
import { userError } from '../../base/errors/problem';
import type { EncodedPair } from './encode-pair';

/** One input sequence and the requests it answers. */
export interface Pass {
  readonly input: readonly number[];
  readonly requests: { readonly index: number; readonly continuation: readonly number[] }[];
}

export interface PlanLimits {
  /** Longest input, in tokens; longer ones lose their beginning. */
  readonly maxPositions: number;
  /** Most tokens of a batch, padding included; a single longer pass is a batch of its own. */
  readonly tokensPerBatch: number;
  /** Equal for lengths of input whose keys and values are alike; all are when left out. */
  readonly regime?: (length: number) => number;
}

export interface ScoringPlan {
  /** Passes in an order in which each shares at least half with the one before. */
  readonly chains: readonly (readonly Pass[])[];
  /** Longest first, so that memory runs out at once or not at all. */
  readonly batches: readonly (readonly Pass[])[];
}

export function planScoring(pairs: readonly EncodedPair[], limits: PlanLimits): ScoringPlan {
  const runs: Pass[][] = [];
  for (const pass of distinctPasses(pairs, limits.maxPositions).sort((a, b) => inOrder(a.input, b.input))) {
    const previous = runs.at(-1)?.at(-1);
    if (previous && worthSharing(previous, pass, limits.regime)) runs.at(-1)!.push(pass);
    else runs.push([pass]);
  }
  return { chains: runs.filter((run) => run.length > 1), batches: batchesOf(runs.filter((run) => run.length === 1).flat(), limits.tokensPerBatch) };
}

/** Tokens that two sequences begin with in common. */
export function sharedLength(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

/** Below this many tokens a batch is cheaper than passes one by one. */
const fewestShared = 32;

function worthSharing(a: Pass, b: Pass, regime: PlanLimits['regime'] = () => 0): boolean {
  const shared = sharedLength(a.input, b.input);
  return shared >= fewestShared && 2 * shared >= Math.max(a.input.length, b.input.length) && regime(a.input.length) === regime(b.input.length);
}

function inOrder(a: readonly number[], b: readonly number[]): number {
  const shared = sharedLength(a, b);
  return (a[shared] ?? -1) - (b[shared] ?? -1);
}

function distinctPasses(pairs: readonly EncodedPair[], maxPositions: number): Pass[] {
  const passes = new Map<string, Pass>();
  pairs.forEach(({ context, continuation }, index) => {
    if (continuation.length > maxPositions) {
      throw userError({
        code: 'likelihood-continuation-too-long', value: `${continuation.length} tokens`,
        message: `The continuation is longer than the ${maxPositions} positions of the model.`, next: 'Shorten the choices, or use a model with more positions.',
      });
    }
    const input = [...context, ...continuation].slice(-(maxPositions + 1), -1);
    const key = input.join(' ');
    const pass = passes.get(key) ?? { input, requests: [] };
    pass.requests.push({ index, continuation });
    passes.set(key, pass);
  });
  return [...passes.values()];
}

function batchesOf(passes: readonly Pass[], tokensPerBatch: number): Pass[][] {
  const batches: Pass[][] = [];
  let room = 0;
  for (const pass of [...passes].sort((a, b) => b.input.length - a.input.length)) {
    const current = batches.at(-1);
    if (current === undefined || room < current[0]!.input.length) {
      batches.push([pass]);
      room = tokensPerBatch;
    } else {
      current.push(pass);
    }
    room -= batches.at(-1)![0]!.input.length;
  }
  return batches;
}
