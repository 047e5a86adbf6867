// What the panel of a build's findings and the host say to each other. The panel says `ready` each time its page is made; the host
// sends a snapshot of what the build is and counted, and of its lists only the page that is asked for.
import type {
  ContaminationFile, ContaminationLine, DroppedLine, DuplicateMember, DuplicatesSummary, FoundDocument, FunnelStep, MixStep, PhiFile, PhiLine, SampleLine,
} from '../mix-findings';

export const findingLists = ['samples', 'dropped', 'duplicates', 'phi', 'contamination'] as const;
export type FindingList = (typeof findingLists)[number];

/** Most rows of one page. */
export const pageRows = 100;
/** Most members of a cluster, and findings of a document, that a row brings; `more` counts the others. */
export const mostInARow = 50;

/** Narrows a list: by source, and by step, reason, class or benchmark. */
export interface FindingFilter { readonly source?: string; readonly kind?: string }

export interface ClusterRow { readonly members: readonly DuplicateMember[]; readonly more: number }
export type PhiRow = PhiLine & { readonly more: number };

/** A line of each list as its row. */
export interface FindingRows {
  readonly samples: SampleLine;
  readonly dropped: DroppedLine;
  readonly duplicates: ClusterRow;
  readonly phi: PhiRow;
  readonly contamination: ContaminationLine;
}
export type FindingRow = FindingRows[FindingList];

export interface Facet { readonly name: string; readonly count: number }

export interface FindingsPage {
  readonly type: 'page';
  /** Of the build it was read from. */
  readonly hash: string;
  readonly list: FindingList;
  readonly filter: FindingFilter;
  /** Place of the first row among those that pass the filter. */
  readonly from: number;
  readonly rows: readonly FindingRow[];
  /** Rows that pass the filter. */
  readonly total: number;
  /** Of the whole list, sources and kinds with their rows. */
  readonly sources: readonly Facet[];
  readonly kinds: readonly Facet[];
}

/** The text of a sample, before and after. */
export interface SampleTexts {
  readonly type: 'texts';
  readonly hash: string;
  readonly source: string;
  readonly position: number;
  readonly before: string;
  readonly after?: string;
  /** A text goes on beyond what is here. */
  readonly isCut: boolean;
}

export interface FunnelSource {
  readonly name: string;
  readonly role?: 'target' | 'replay';
  readonly steps: readonly FunnelStep[];
}

export interface FindingsBuild {
  readonly name: string;
  readonly hash: string;
  /** ISO-8601 UTC. */
  readonly builtAt: string;
  /** Whether it is of the file as it is now; undefined while that is not known. */
  readonly isCurrent?: boolean;
  /** In the order of the mix. Empty of a build by an earlier version, which left no findings. */
  readonly funnel: readonly FunnelSource[];
  readonly duplicates?: DuplicatesSummary;
  readonly phi?: PhiFile;
  readonly contamination?: ContaminationFile;
}

export interface FindingsSnapshot {
  readonly type: 'snapshot';
  /** What the panel is about, kept by the page for the time after a reload. */
  readonly scope: FindingsScope;
  /** Absent when nothing is built, or the build is gone. */
  readonly build?: FindingsBuild;
  readonly texts: FindingsTexts;
}

export type HostToFindings = FindingsSnapshot | FindingsPage | SampleTexts;
export type FindingsToHost =
  | { readonly type: 'ready' }
  | { readonly type: 'page'; readonly list: FindingList; readonly filter: FindingFilter; readonly from: number }
  | { readonly type: 'texts'; readonly sample: SampleLine }
  /** Opens the text of a document where it stands, with a stretch of it selected. */
  | { readonly type: 'open'; readonly document: FoundDocument; readonly stretch?: TextStretch }
  /** Two documents side by side, the kept one first. */
  | { readonly type: 'compare'; readonly left: FoundDocument; readonly right: FoundDocument }
  | { readonly type: 'command'; readonly command: FindingsCommand };

export const findingsCommands = ['build', 'openForm', 'openReport', 'openManifest'] as const;
export type FindingsCommand = (typeof findingsCommands)[number];

/** UTF-16 code units of a document's text, or of one message of a conversation. */
export interface TextStretch { readonly start: number; readonly end: number; readonly message?: number }

export interface FindingsScope {
  /** Absolute path of the *.mix.yaml. */
  readonly file: string;
  /** Absolute folder of the build that is looked at; left out, it is the build of the file as it is, else the newest. */
  readonly folder?: string;
}

/** Words of the panel in the language of the editor; {0}, {1} stand for values. */
export interface FindingsTexts {
  readonly title: string;
  readonly built: string;
  readonly current: string;
  readonly outOfDate: string;
  readonly nothingBuilt: string;
  readonly earlierVersion: string;
  readonly commands: Readonly<Record<FindingsCommand, string>>;
  readonly tabs: Readonly<Record<'funnel' | FindingList, string>>;
  readonly steps: Readonly<Record<MixStep | 'kept', string>>;
  readonly stepHelp: Readonly<Record<MixStep | 'kept', string>>;
  readonly units: Readonly<Record<'documents' | 'bytes' | 'tokens', string>>;
  readonly show: string;
  readonly source: string;
  readonly allSources: string;
  readonly allKinds: Readonly<Record<FindingList, string>>;
  readonly step: string;
  readonly into: string;
  readonly outOf: string;
  readonly dropped: string;
  readonly reasons: string;
  readonly estimated: string;
  readonly funnelPicture: string;
  readonly ofRead: string;
  readonly document: string;
  readonly place: string;
  readonly reason: string;
  readonly measured: string;
  readonly measuredAgainst: string;
  readonly insteadOf: string;
  readonly listedOf: string;
  readonly rows: string;
  readonly none: Readonly<Record<FindingList, string>>;
  readonly noMatch: string;
  readonly cluster: string;
  readonly members: string;
  readonly kept: string;
  readonly similarity: string;
  readonly compare: string;
  readonly duplicatesSummary: string;
  /** Clusters listed and in all. */
  readonly clustersListed: string;
  /** Times a document of a crowded bucket was not compared with all. */
  readonly pairsSkipped: string;
  readonly notLookedFor: string;
  readonly more: string;
  readonly findings: string;
  readonly action: Readonly<Record<PhiLine['action'], string>>;
  readonly phiNote: string;
  readonly notScreened: string;
  readonly characters: string;
  readonly message: string;
  readonly benchmark: string;
  readonly item: string;
  readonly by: Readonly<Record<ContaminationLine['by'], string>>;
  readonly split: Readonly<Record<ContaminationLine['split'], string>>;
  readonly state: Readonly<Record<'checked' | 'not-checked', string>>;
  readonly questions: string;
  readonly tooShort: string;
  readonly documents: string;
  readonly stays: string;
  readonly open: string;
  readonly before: string;
  readonly after: string;
  readonly afterDropped: string;
  readonly learned: string;
  readonly cut: string;
  readonly choose: string;
  readonly keys: string;
  readonly loading: string;
}
