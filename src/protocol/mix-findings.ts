// What a build found in the documents, written beside its shards for looking at: which documents are near-duplicates of one
// another, and where the screen for protected health information found something. Documents by id and place only; no text.

export const duplicatesName = 'duplicates.json';

export interface FoundDocument {
  /** Of the mix; of a held-out set with files of its own `heldout-NAME`. */
  readonly source: string;
  readonly document: string;
  /** File and line or record. */
  readonly place: string;
}

export interface DuplicateMember extends FoundDocument {
  readonly kept: boolean;
  /** Jaccard similarity to the cluster's first document; members may be alike through others only. */
  readonly jaccard: number;
}

/** Documents that are alike, the kept one or those held out first. */
export interface DuplicateCluster { readonly members: readonly DuplicateMember[] }

export interface DuplicatesFile {
  readonly schema: 1;
  readonly settings: {
    readonly nGrams: number; readonly numBuckets: number; readonly hashesPerBucket: number;
    readonly threshold: number; readonly normNumbers: boolean; readonly seed: number;
  };
  /** Documents with a signature, and those with fewer words than a run, which are like no other. */
  readonly documents: number;
  readonly tooShort: number;
  /** Pairs of which the similarity was counted exactly. */
  readonly comparedPairs: number;
  readonly clusters: readonly DuplicateCluster[];
}

export const phiName = 'phi.json';
/** One line a document with findings: PhiLine. */
export const phiLinesName = 'phi-findings.jsonl';

/** A stretch of a document. `message` counts from 0 in a conversation; `start` and `end` are UTF-16 code units of its text. */
export interface PhiPlace { readonly class: string; readonly start: number; readonly end: number; readonly message?: number }

export interface PhiDocument { readonly document: string; readonly place: string; readonly findings: readonly PhiPlace[] }
export interface PhiLine extends PhiDocument { readonly source: string }

export interface PhiCounts {
  readonly screen: 'keep' | 'redact' | 'drop';
  /** Documents with at least one finding. */
  readonly documents: number;
  /** Findings by class, in the order of the alphabet. */
  readonly findings: Readonly<Record<string, number>>;
}

/** By source; sources that are not screened are left out, which does not make them clean. */
export interface PhiFile { readonly schema: 1; readonly sources: Readonly<Record<string, PhiCounts>>; readonly notScreened: readonly string[] }
