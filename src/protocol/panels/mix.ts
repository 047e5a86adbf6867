// What the form of a mix file and the host say to each other. The form says `ready` each time its page is made; the host then
// and on every change sends a complete snapshot. The file's text is the only state: an edit asks for a change of the text,
// and what comes back is read from it.
import type { MixEdit } from '../../documents/mix/amounts/edit';
import type { SourceSize, StageSettings } from '../../documents/mix/amounts/stage';

export interface FormSource {
  readonly name: string;
  readonly path: string;
  readonly domain: string;
  readonly role: 'target' | 'replay';
  readonly licence?: string;
  readonly phi: 'none' | 'deidentified' | 'unknown' | 'present';
  readonly egress: 'allowed' | 'never';
}

export interface FormMix {
  readonly name: string;
  readonly description?: string;
  readonly sequenceLength: number;
  readonly repeatCap: number;
  readonly sources: readonly FormSource[];
  readonly stages: readonly StageSettings[];
}

export interface FormProblem {
  readonly message: string;
  readonly next?: string;
  /** In the text, counting from 1. */
  readonly line?: number;
}

/** Where the sizes stand: `untrusted` because nothing is started in such a workspace, `unsaved` for a file not on disk yet. */
export type SizesState = 'measuring' | 'measured' | 'failed' | 'untrusted' | 'unsaved';

export interface FormSizes {
  readonly state: SizesState;
  /** As last known, while they are measured again. */
  readonly bySource: Readonly<Record<string, SourceSize>>;
  /** What the engine said went wrong. */
  readonly words?: string;
  /** Whether the saved file as it was measured is built. */
  readonly built?: boolean;
}

/** The build of the file as it is, else the newest: documents read and kept by source. */
export interface FormBuild {
  readonly hash: string;
  /** Whether it is of the file as it is. */
  readonly isCurrent: boolean;
  readonly bySource: Readonly<Record<string, { readonly read: number; readonly kept: number }>>;
}

export interface MixFormSnapshot {
  readonly type: 'snapshot';
  /** Number of the newest edit that is in it. */
  readonly edits: number;
  /** Absent when the text cannot be read as a mix; the problems say why. */
  readonly mix?: FormMix;
  readonly problems: readonly FormProblem[];
  readonly sizes: FormSizes;
  /** Absent when nothing is built. */
  readonly build?: FormBuild;
  /** The text has changes that are not saved. */
  readonly unsaved: boolean;
  readonly texts: MixFormTexts;
}

export type HostToMixForm = MixFormSnapshot;
export type MixFormToHost =
  | { readonly type: 'ready' }
  /** `number` counts the edits of one page from 1. */
  | { readonly type: 'edit'; readonly number: number; readonly edit: MixEdit }
  /** Of the text, after the edits that were asked for before. */
  | { readonly type: 'history'; readonly step: 'undo' | 'redo' }
  /** The host asks which; the source comes with the next snapshot. */
  | { readonly type: 'addSource' }
  | { readonly type: 'openFindings' }
  /** The first records of a source as they would be trained on. */
  | { readonly type: 'preview'; readonly source: string }
  | { readonly type: 'openText'; readonly line?: number }
  | { readonly type: 'measure' }
  | { readonly type: 'build' };

/** Words of the form in the language of the editor; {0}, {1} stand for values. */
export interface MixFormTexts {
  readonly summary: string;
  readonly repeatCap: string;
  readonly repeatCapHelp: string;
  readonly keepSum: string;
  readonly stage: string;
  readonly stageTokens: string;
  readonly tokens: string;
  readonly source: string;
  readonly kinds: Readonly<Record<'share' | 'epochs' | 'tokens', string>>;
  readonly shareOfStage: string;
  readonly epochs: string;
  readonly available: string;
  readonly availableValue: string;
  readonly role: Readonly<Record<'target' | 'replay', string>>;
  readonly noLicence: string;
  readonly phi: Readonly<Record<FormSource['phi'], string>>;
  readonly neverLeaves: string;
  readonly feasible: string;
  readonly feasibleAtMost: string;
  readonly notFeasible: string;
  readonly unknownFeasible: string;
  readonly repeated: string;
  readonly nothingLeft: string;
  readonly noLargest: string;
  readonly applyLargest: string;
  readonly sharesSum: string;
  readonly makeSum: string;
  readonly mixedKinds: string;
  readonly unknownSource: string;
  readonly notInStage: string;
  readonly putIn: string;
  readonly takeOut: string;
  readonly addStage: string;
  readonly removeStage: string;
  readonly sources: string;
  readonly path: string;
  readonly domain: string;
  readonly roleHead: string;
  readonly usedIn: string;
  readonly usedNowhere: string;
  readonly lastBuild: string;
  readonly keptOf: string;
  readonly notRead: string;
  readonly addSource: string;
  readonly removeSource: string;
  readonly removeSourceHelp: string;
  readonly preview: string;
  readonly previewHelp: string;
  readonly findings: string;
  readonly findingsHelp: string;
  readonly ofAnEarlierFile: string;
  readonly bar: string;
  readonly problems: string;
  readonly cannotShow: string;
  readonly line: string;
  readonly goToLine: string;
  readonly openText: string;
  readonly build: string;
  readonly built: string;
  readonly measure: string;
  readonly sizes: Readonly<Record<SizesState, string>>;
  readonly sizesOfSaved: string;
  readonly exactValue: string;
}
