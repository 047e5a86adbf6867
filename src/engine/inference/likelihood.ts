// Scores continuations in process: passes that begin alike over what they share, the others in batches.
import { createHash } from 'node:crypto';
import { breathe } from './cooperate';
import { encodePairs } from './encode-pair';
import type { LikelihoodModel, LikelihoodResult } from './interfaces';
import { scoreBatch } from './likelihood-passes';
import { planScoring } from './likelihood-plan';
import { scoreTree } from './likelihood-tree';
import type { LoadedCheckpoint } from './open';

/** Tokens of one forward pass: enough to keep the processor busy, few enough for its caches and for short steps. */
const tokensPerBatch = 4096;

export function createLikelihoodModel(checkpoint: LoadedCheckpoint): LikelihoodModel {
  const { model, tokenizer } = checkpoint;
  return {
    identity: { name: checkpoint.name, hash: createHash('sha256').update(`${checkpoint.hash} ${tokenizer.hash}`).digest('hex') },
    async logLikelihood(requests, { signal, onDone } = {}) {
      const pairs = encodePairs(tokenizer, requests);
      const results = new Array<LikelihoodResult>(requests.length);
      const take = (scored: ReadonlyMap<number, LikelihoodResult>): void => {
        for (const [index, result] of scored) {
          results[index] = result;
          onDone?.(index, result);
        }
      };
      const { trees, batches } = planScoring(pairs, { maxPositions: model.config.maxPositions, tokensPerBatch, regime: (length) => model.rotaryRegime(length) });
      for (const tree of trees) for await (const scored of scoreTree(model, tree, signal)) take(scored);
      for (const batch of batches) {
        await breathe(signal);
        take(await scoreBatch(model, batch, tokenizer.padId));
      }
      return results;
    },
  };
}

