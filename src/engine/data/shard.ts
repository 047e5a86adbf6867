// The product of a mix: what training reads, and nothing else. One content-addressed folder a mix:
//
//   manifest.json        MixManifest
//   NAME.tokens.bin      token ids, little-endian uint32, all documents of a stage one after the other, each ended by EOS
//                        (but a piece of one that was cut or split); each begins with BOS where the tokenizer adds it
//   NAME.starts.bin      offset (tokens) at which each document starts, little-endian uint32, ascending, first is 0
//   NAME.mask.bin        one byte a token: 1 when it bears loss, 0 when it is only context; absent when every token bears loss
//
// NAME is `stage-` or `heldout-` and the name in the mix file. Each .bin begins with a header of 64 bytes, so that what follows
// is aligned when the file is mapped into memory: bytes 0–7 `PRECLMIX`, 8–11 version 1, 12–15 bytes of an entry, 16–23 entries
// (uint64), 24–31 zero, 32–63 the SHA-256 of what follows; numbers little-endian.

/** A stage or a held-out set in memory. */
export interface TokenShard {
  readonly tokens: Uint32Array;
  readonly starts: Uint32Array;
  /** One entry a token; undefined when every token bears loss. */
  readonly lossMask: Uint8Array | undefined;
}

export interface ShardHeader {
  readonly entryBytes: 1 | 4;
  readonly entries: number;
  /** Of what follows the header, 64 hex digits. */
  readonly sha256: string;
}

export const shardHeaderBytes = 64;
const magic = 'PRECLMIX';
const version = 1;

export function shardHeader({ entryBytes, entries, sha256 }: ShardHeader): Buffer {
  const header = Buffer.alloc(shardHeaderBytes);
  header.write(magic, 'latin1');
  header.writeUInt32LE(version, 8);
  header.writeUInt32LE(entryBytes, 12);
  header.writeBigUInt64LE(BigInt(entries), 16);
  header.write(sha256, 32, 'hex');
  return header;
}

/** Undefined when these are no bytes of a shard of this version. */
export function parseShardHeader(bytes: Buffer): ShardHeader | undefined {
  if (bytes.length < shardHeaderBytes || bytes.toString('latin1', 0, 8) !== magic || bytes.readUInt32LE(8) !== version) return undefined;
  const entryBytes = bytes.readUInt32LE(12);
  const entries = Number(bytes.readBigUInt64LE(16));
  if ((entryBytes !== 1 && entryBytes !== 4) || bytes.length !== shardHeaderBytes + entries * entryBytes) return undefined;
  return { entryBytes, entries, sha256: bytes.toString('hex', 32, 64) };
}

export type { HeldOutManifest, MixManifest, SourceCounts, StageManifest } from '../../protocol/mix-manifest';
