// A stage or held-out set from what was encoded to its files, a document at a time.
import { setImmediate } from 'node:timers/promises';
import { mixError } from '../plan/place';
import type { MixPlan } from '../plan/plan';
import type { Encoded } from './encoded';
import { littleEndian, ProductFile, type WrittenFile } from './write';

export interface ShardFacts { readonly tokens: number; readonly lossTokens: number; readonly files: readonly WrittenFile[] }

/** Offsets in a shard are words of 32 bits. */
const mostTokens = 2 ** 32 - 1;
const documentsATurn = 4096;

/** NAME.tokens.bin, NAME.starts.bin and, unless every token bears loss, NAME.mask.bin. */
export async function writeShard(folder: string, name: string, documents: Uint32Array, encoded: Encoded, { content, file }: MixPlan): Promise<ShardFacts> {
  const tokens = await ProductFile.createShard(folder, `${name}.tokens.bin`);
  const mask = content === 'instruction' ? await ProductFile.createShard(folder, `${name}.mask.bin`) : undefined;
  const starts = new Uint32Array(documents.length);
  let total = 0;
  let lossTokens = 0;
  for (const [at, document] of documents.entries()) {
    starts[at] = total;
    total += encoded.lengths[document]!;
    if (total > mostTokens) {
      throw mixError(file, ['stages'], { code: 'mix-stage-too-large', value: name, message: `a stage holds at most ${mostTokens} tokens`, next: 'Cut it into several stages.' });
    }
    await tokens.write(encoded.tokensOf(document));
    if (mask) {
      const bears = encoded.maskOf(document);
      for (const bit of bears) lossTokens += bit;
      await mask.write(bears);
    }
    if (at % documentsATurn === documentsATurn - 1) await setImmediate();
  }
  const files = [await tokens.closeShard({ entryBytes: 4, entries: total })];
  const startsFile = await ProductFile.createShard(folder, `${name}.starts.bin`);
  await startsFile.write(littleEndian(starts));
  files.push(await startsFile.closeShard({ entryBytes: 4, entries: documents.length }));
  if (!mask) return { tokens: total, lossTokens: total, files };
  if (lossTokens === total) await mask.discard();
  else files.push(await mask.closeShard({ entryBytes: 1, entries: total }));
  return { tokens: total, lossTokens, files };
}
