// A likelihood model whose scores are made up from a hash, the same ones as in test/reference/make_harness.py: what is
// under test here is everything around a model.
import { createHash } from 'node:crypto';
import type { LikelihoodModel, LikelihoodRequest, LikelihoodResult } from '../../../../src/engine/inference/interfaces';

/** A whole number from −7 to −1, so that ties are common. */
export function madeUpLogLikelihood({ context, continuation }: LikelihoodRequest): number {
  return -1 - (createHash('sha256').update(`${context}\0${continuation}`).digest().readUInt32BE(0) % 7);
}

export interface MadeUpModel extends LikelihoodModel {
  /** Every request scored so far. */
  readonly asked: LikelihoodRequest[];
}

/** @param failAfter throws once this many requests are scored, as a process that is killed. */
export function madeUpModel(hash = 'made-up', failAfter = Infinity): MadeUpModel {
  const asked: LikelihoodRequest[] = [];
  return {
    identity: { name: 'made/up', hash },
    asked,
    logLikelihood(requests, options = {}): Promise<LikelihoodResult[]> {
      const results: LikelihoodResult[] = [];
      for (const [index, request] of requests.entries()) {
        if (asked.length >= failAfter) return Promise.reject(new Error('killed'));
        asked.push(request);
        results.push({ logLikelihood: madeUpLogLikelihood(request), isGreedy: false, tokens: 1 });
        options.onDone?.(index, results[index]!);
      }
      return Promise.resolve(results);
    },
  };
}
