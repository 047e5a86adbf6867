// The product of a mix: what training reads, and nothing else. One content-addressed folder a mix:
//
//   manifest.json        MixManifest
//   NAME.tokens.bin      token ids, little-endian uint32, all documents of a stage one after the other, each ended by EOS
//                        (but a piece of one that was cut or split); each begins with BOS where the tokenizer adds it
//   NAME.starts.bin      offset (tokens) at which each document starts, little-endian uint32, ascending, first is 0
//   NAME.mask.bin        one byte a token: 1 when it bears loss, 0 when it is only context; absent when every token bears loss
//
// NAME is `stage-` or `heldout-` and the name in the mix file.

/** A stage or a held-out set in memory. */
export interface TokenShard {
  readonly tokens: Uint32Array;
  readonly starts: Uint32Array;
  /** One entry a token; undefined when every token bears loss. */
  readonly lossMask: Uint8Array | undefined;
}

export type { HeldOutManifest, MixManifest, SourceCounts, StageManifest } from '../../protocol/mix-manifest';
