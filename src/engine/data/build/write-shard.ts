// A stage or held-out set from what was encoded to its files, a document at a time.
import { setImmediate } from 'node:timers/promises';
import { mixError } from '../plan/place';
import type { MixPlan } from '../plan/plan';
import type { Encoded } from './encoded';
import { ProductFile, type WrittenFile } from './write';

export interface ShardFacts { readonly tokens: number; readonly lossTokens: number; readonly documents: number; readonly files: readonly WrittenFile[] }

/** Offsets in a shard are words of 32 bits. */
const mostTokens = 2 ** 32 - 1;
const documentsATurn = 4096;

/** NAME.tokens.bin, NAME.starts.bin and, unless every token bears loss, NAME.mask.bin. */
export async function writeShard(folder: string, name: string, documents: Iterable<number>, encoded: Encoded, { content, file }: MixPlan): Promise<ShardFacts> {
  const tokens = await ProductFile.createShard(folder, `${name}.tokens.bin`);
  const starts = await ProductFile.createShard(folder, `${name}.starts.bin`);
  const mask = content === 'instruction' ? await ProductFile.createShard(folder, `${name}.mask.bin`) : undefined;
  const start = Buffer.alloc(4);
  let total = 0;
  let lossTokens = 0;
  let written = 0;
  for (const document of documents) {
    start.writeUInt32LE(total);
    await starts.write(start);
    total += encoded.lengths.at(document);
    if (total > mostTokens) {
      throw mixError(file, ['stages'], { code: 'mix-stage-too-large', value: name, message: `a stage holds at most ${mostTokens} tokens`, next: 'Cut it into several stages.' });
    }
    await tokens.write(encoded.tokensOf(document));
    if (mask) {
      const bears = encoded.maskOf(document);
      for (const bit of bears) lossTokens += bit;
      await mask.write(bears);
    }
    if (++written % documentsATurn === 0) await setImmediate();
  }
  const files = [await tokens.closeShard({ entryBytes: 4, entries: total }), await starts.closeShard({ entryBytes: 4, entries: written })];
  if (!mask) return { tokens: total, lossTokens: total, documents: written, files };
  if (lossTokens === total) await mask.discard();
  else files.push(await mask.closeShard({ entryBytes: 1, entries: total }));
  return { tokens: total, lossTokens, documents: written, files };
}
