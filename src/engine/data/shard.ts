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

export interface SourceCounts {
  readonly documentsRead: number;
  readonly documentsKept: number;
  /** Documents and bad records set aside, by reason; with `documentsKept` they make up `documentsRead`. */
  readonly setAside: Readonly<Record<string, number>>;
  /** Tokens of the kept documents, BOS and EOS included, once over. */
  readonly tokens: number;
  /** UTF-8 bytes of the kept documents; of conversations, the answers' bytes. */
  readonly bytes: number;
  /** Files of no known form under a folder read with `format: auto`. */
  readonly unknownFiles: number;
  /** Conversations cut, and texts split, to fit a sequence; only in a mix with instructions. */
  readonly truncated: number;
  readonly split: number;
  /** Parts of kept documents that are not in their text, by kind, such as tables and references of an article. */
  readonly partsLeftOut: Readonly<Record<string, number>>;
  /** Kept documents by the licence they state themselves; empty for formats that state none. */
  readonly licences: Readonly<Record<string, number>>;
}

export interface StageManifest {
  readonly name: string;
  readonly tokens: number;
  readonly lossTokens: number;
  readonly documents: number;
  readonly sources: Readonly<Record<string, { readonly tokens: number; readonly documents: number; readonly epochs: number; readonly share: number; readonly domain: string }>>;
}

export interface HeldOutManifest {
  readonly name: string;
  readonly domain: string;
  readonly tokens: number;
  readonly documents: number;
  /** UTF-8 bytes of the text that bears loss (of conversations, the answers), for bits per byte. */
  readonly bytes: number;
}

export interface MixManifest {
  readonly schema: 1;
  readonly name: string;
  /** First 12 hex digits of the SHA-256 over the resolved mix, its inputs and the tokenizer. */
  readonly hash: string;
  readonly tokenizerHash: string;
  /** Folder of the tokenizer, relative to the workspace root, POSIX separators. */
  readonly tokenizerPath: string;
  readonly vocabularySize: number;
  /** Largest sequence in input tokens; in a mix with instructions no document is longer than sequenceLength + 1. */
  readonly sequenceLength: number;
  readonly seed: number;
  /** `instruction` when any source is in an instruction format: rows are documents, padded; else rows are cut from the stream. */
  readonly content: 'text' | 'instruction';
  readonly egress: 'allowed' | 'never';
  readonly phi: 'none' | 'deidentified' | 'unknown' | 'present';
  /** By source; of a held-out set with files of its own by `heldout-NAME`. */
  readonly counts: Readonly<Record<string, SourceCounts>>;
  readonly stages: readonly StageManifest[];
  readonly heldOut: readonly HeldOutManifest[];
  readonly inputs: readonly { readonly path: string; readonly sha256: string; readonly bytes: number }[];
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[];
}
