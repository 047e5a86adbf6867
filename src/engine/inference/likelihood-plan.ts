// Orders requests into forward passes: requests that differ in their last token only share one (a question with the
// choices A to D costs one pass), and passes of like length share a batch. As lm-evaluation-harness's Collator.
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
}

/** Batches of passes, longest first, so that memory runs out at once or not at all. */
export function planPasses(pairs: readonly EncodedPair[], limits: PlanLimits): Pass[][] {
  const passes = new Map<string, Pass>();
  pairs.forEach(({ context, continuation }, index) => {
    if (continuation.length > limits.maxPositions) {
      throw userError({
        code: 'likelihood-continuation-too-long', value: `${continuation.length} tokens`,
        message: `The continuation is longer than the ${limits.maxPositions} positions of the model.`, next: 'Shorten the choices, or use a model with more positions.',
      });
    }
    const input = [...context, ...continuation].slice(-(limits.maxPositions + 1), -1);
    const key = input.join(' ');
    const pass = passes.get(key) ?? { input, requests: [] };
    pass.requests.push({ index, continuation });
    passes.set(key, pass);
  });

  const batches: Pass[][] = [];
  let room = 0;
  for (const pass of [...passes.values()].sort((a, b) => b.input.length - a.input.length)) {
    const current = batches.at(-1);
    if (current === undefined || room < current[0]!.input.length) {
      batches.push([pass]);
      room = limits.tokensPerBatch;
    } else {
      current.push(pass);
    }
    room -= batches.at(-1)![0]!.input.length;
  }
  return batches;
}
