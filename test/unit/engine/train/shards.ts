// Small token shards for tests of training: documents of given lengths, every token its own offset plus one.
import type { TokenShard } from '../../../../src/engine/data/shard';

export function shardOf(lengths: readonly number[], lossMask?: Uint8Array): TokenShard {
  const starts = new Uint32Array(lengths.length);
  let total = 0;
  lengths.forEach((length, i) => {
    starts[i] = total;
    total += length;
  });
  return { tokens: Uint32Array.from({ length: total }, (_, i) => i + 1), starts, lossMask };
}
