// What this engine computes with a checkpoint, written beside it for test/reference/check_saved_model.py to hold against transformers.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { KeyValueCache, loadModel, plainRows, type Model } from '../../src/engine/model';
import { tidy } from '../../src/engine/tensors';

export const expectedIds: readonly number[] = Array.from({ length: 20 }, (_, i) => 3 + ((i * 17 + i * i) % 58));

/** Of a checkpoint with whole weights and at least 61 tokens. */
export async function writeExpected(folder: string): Promise<void> {
  const model = await loadModel(folder);
  const expected = { ids: expectedIds, logits: logitsOf(model, expectedIds), parameters: model.parameterCount, continuation: continuationOf(model, expectedIds, 10) };
  writeFileSync(path.join(folder, 'expected.json'), JSON.stringify(expected));
  model.dispose();
}

export function logitsOf(model: Model, ids: readonly number[]): number[][] {
  return tidy(() => model.logits(model.hidden(plainRows([ids]))).arraySync());
}

/** Greedy over the cache; the end token is never taken, as transformers does below min_new_tokens. */
function continuationOf(model: Model, ids: readonly number[], count: number): number[] {
  const cache = new KeyValueCache();
  const found: number[] = [];
  let next = Int32Array.from(ids);
  while (found.length < count) {
    const rows = tidy(() => model.logits(model.hiddenCached(next, cache)).arraySync());
    const row = rows.at(-1)!.map((logit, id) => (id === model.config.eosTokenId ? -Infinity : logit));
    found.push(row.indexOf(Math.max(...row)));
    next = Int32Array.of(found.at(-1)!);
  }
  cache.dispose();
  return found;
}
