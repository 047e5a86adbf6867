// manifest.json of a mix's product: what went in, what came out, by content hash. Written by the build, read by training and views.

import type { FunnelStep } from './mix-findings';

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
  /** What the screen for protected health information found, by class; absent when the source is not screened. */
  readonly phiFound?: Readonly<Record<string, number>>;
  /** Documents, bytes and tokens in and out of each step. Absent in products of earlier versions. */
  readonly funnel?: readonly FunnelStep[];
  /** SHA-256 over the names and hashes of the source's files. */
  readonly contentHash?: string;
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
  /** replay: what the model knew before and is to keep. Absent in products of earlier versions. */
  readonly role?: 'target' | 'replay';
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
  /** Kept documents by licence, over all sources; those of a source that states none count as the source's own. */
  readonly licences?: Readonly<Record<string, number>>;
  /** What made it: this program, Node, and the libraries that read or encode. */
  readonly tools?: Readonly<Record<string, string>>;
  readonly inputs: readonly { readonly path: string; readonly sha256: string; readonly bytes: number }[];
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[];
}
