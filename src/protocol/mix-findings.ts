// What a build found in the documents, as files beside its shards for looking at: what was dropped, by which step and why;
// near-duplicates of one another; what the screen for protected health information found; questions of benchmarks that leaked;
// and a few documents of every step. JSON lines, one finding a line, in the order of the sources. They name documents by id and
// place and hold no text; the text of the sampled documents is in a file of its own.

/** Where a record stands: `file` as the mix names it, relative to the mix file's folder with `/`. */
export interface FoundPlace {
  readonly file: string;
  /** From 1. */
  readonly line?: number;
  /** Byte of the file, decompressed, at which the record begins. */
  readonly offset?: number;
  /** Key, position or page of a record in a file that is not read by lines. */
  readonly record?: string;
}

export interface FoundDocument {
  /** Of the mix; of a held-out set with files of its own `heldout-NAME`. */
  readonly source: string;
  /** Its id: an article's, a record's, else file and line. */
  readonly document: string;
  readonly place: FoundPlace;
  /** Position among the source's records from 1; `preclinical mix inspect FILE --text SOURCE:POSITION` prints its text. */
  readonly position: number;
}

/** Steps a document goes through, in their order. */
export const mixSteps = ['read', 'filter', 'phi', 'decontaminate', 'held-out', 'exact', 'near', 'encode'] as const;
export type MixStep = (typeof mixSteps)[number];

/** One line for each dropped document, up to `mostListed` of a source and reason; all are counted in the funnel. */
export const droppedName = 'dropped.jsonl';
export const mostListed = 20_000;


export interface DroppedLine extends FoundDocument {
  readonly step: MixStep;
  /** The rule that fired: kebab case, as it is counted. */
  readonly reason: string;
  /** What the rule measured and the threshold it was held against, in the rule's own unit. */
  readonly value?: number | string;
  readonly limit?: number | string;
  /** One sentence, without the record's text. */
  readonly detail?: string;
  /** Of a duplicate: the document that is kept instead, or the held-out one it is like. */
  readonly keeper?: FoundDocument;
}

/** Settings and counts of the search for near-duplicates; its clusters are lines of `clustersName`. */
export const duplicatesName = 'duplicates.json';
export const clustersName = 'duplicates.jsonl';

export interface DuplicateMember extends FoundDocument {
  readonly kept: boolean;
  /** Jaccard similarity to the cluster's first document, counted exactly; members may be alike through others only. */
  readonly jaccard: number;
}

/** One line: documents that are alike, the kept one or those held out first, up to `mostMembers` of them. */
export interface DuplicateCluster {
  readonly members: readonly DuplicateMember[];
  /** Further members; absent when all are listed. */
  readonly more?: number;
}
export const mostMembers = 1_000;

export interface DuplicatesSummary {
  readonly schema: 2;
  readonly settings: {
    readonly nGrams: number; readonly numBuckets: number; readonly hashesPerBucket: number;
    readonly threshold: number; readonly normNumbers: boolean; readonly seed: number;
  };
  /** Documents with a signature, and those with fewer words than a run, which are like no other. */
  readonly documents: number;
  readonly tooShort: number;
  /** Pairs of which the similarity was counted exactly, and times a document of a crowded bucket was compared with its latest neighbours only. */
  readonly comparedPairs: number;
  readonly skippedPairs: number;
  /** Clusters in all, and those listed. */
  readonly clusters: number;
  readonly listedClusters: number;
  /** Documents dropped for one of a cluster, of all clusters; absent of builds made before it was counted. */
  readonly dropped?: number;
}

/** What `preclinical mix inspect FILE --duplicates --json` prints. */
export interface DuplicatesFile extends DuplicatesSummary { readonly listed: readonly DuplicateCluster[] }

export const phiName = 'phi.json';
/** One line a document with findings: PhiLine. */
export const phiLinesName = 'phi-findings.jsonl';

/** A stretch of a document. `message` counts from 0 in a conversation; `start` and `end` are UTF-16 code units of its text. */
export interface PhiPlace { readonly class: string; readonly start: number; readonly end: number; readonly message?: number }

export interface PhiLine extends FoundDocument {
  readonly action: PhiCounts['screen'];
  readonly findings: readonly PhiPlace[];
}

export interface PhiCounts {
  readonly screen: 'keep' | 'redact' | 'drop';
  /** Documents with at least one finding. */
  readonly documents: number;
  /** Findings by class, in the order of the alphabet. */
  readonly findings: Readonly<Record<string, number>>;
}

/** By source; sources that are not screened are left out, which does not make them clean. */
export interface PhiFile { readonly schema: 1; readonly sources: Readonly<Record<string, PhiCounts>>; readonly notScreened: readonly string[] }

/** What was looked for and in which state each benchmark is; its findings are lines of `contaminationLinesName`. */
export const contaminationName = 'contamination.json';
export const contaminationLinesName = 'contamination.jsonl';

export interface CheckedBenchmark {
  /** Of the workbench, else the file's name without its extensions. */
  readonly benchmark: string;
  /** As the mix names it; absent when the mix names no file of this benchmark. */
  readonly file?: string;
  /** Not checked: the mix names no file of it, or the file is not there. */
  readonly state: 'checked' | 'not-checked';
  /** `train`: the benchmark's own training split; documents that hold its items are listed and kept. */
  readonly split: 'train' | 'evaluation';
  readonly questions: number;
  readonly tooShort: number;
  /** Records of the file that are no usable questions. */
  readonly setAside: number;
  /** Documents found to hold an item of it. */
  readonly documents: number;
}

export interface ContaminationFile { readonly schema: 2; readonly checked: readonly CheckedBenchmark[] }

/** A document that holds an item of a benchmark. `start` and `end` are UTF-16 code units of its text: where the words stand. */
export interface ContaminationLine extends FoundDocument {
  readonly benchmark: string;
  /** Question file as the mix names it, and the item's id in it. */
  readonly file: string;
  readonly item: string;
  readonly split: 'train' | 'evaluation';
  readonly by: 'words' | 'pmid';
  /** Words of the run that both have. */
  readonly nGram?: number;
  readonly start?: number;
  readonly end?: number;
  /** An item of an evaluation split drops the document. */
  readonly dropped: boolean;
}

/** A few documents of every step and source, chosen by the mix's seed. */
export const samplesName = 'samples.jsonl';
/** UTF-8 text the samples point into. */
export const sampleTextsName = 'sample-texts.txt';
export const samplesPerStep = 8;

/** A stretch of `sampleTextsName` in bytes; cut: the text goes on, and its first part is here. */
export interface SampleText { readonly offset: number; readonly bytes: number; readonly cut?: true }

/** `step` dropped the document, or `kept`: it went through all of them. */
export interface SampleLine extends FoundDocument {
  readonly step: MixStep | 'kept';
  readonly reason?: string;
  /** As it was read; of a conversation, its messages with their roles. */
  readonly before: SampleText;
  /** As it is trained on: redacted, and of a conversation the rendered template. Absent of a dropped document. */
  readonly after?: SampleText;
  /** Of `after` in a conversation: the characters (UTF-16 units of its text) that bear loss. */
  readonly learned?: readonly (readonly [start: number, end: number])[];
}

/** A step of one source: what went in and came out. Of the text's UTF-8 bytes; tokens are estimated before they are counted. */
export interface FunnelStep {
  readonly step: MixStep;
  readonly documentsIn: number;
  readonly documentsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Tokens by the source's bytes a token: only what gets as far as the last step is encoded. */
  readonly tokensEstimated: boolean;
  /** Documents by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}
