// What a build found in the documents, written beside its shards for looking at: which documents are near-duplicates of one
// another. Documents by id and place only; no text.

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
