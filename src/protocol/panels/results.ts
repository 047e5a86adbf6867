// What the results panel (evaluations side by side) and the host say to each other. The panel says `ready` each time its
// page is made; the host then and on every change sends a snapshot, and nothing while the panel is hidden. What is made of
// single questions (changes, tests, items) is sent for what the panel looks at, texts of a question one at a time.
import type { Calibration } from '../../base/math/calibration';
import type { Estimate, Interval } from '../../base/math/statistics';

/** What the panel shows at first, and what it leaves with the editor to be had again after a reload of the window. */
export interface ResultsScope {
  /** Ids of the evaluations shown at first; absent shows the newest. */
  readonly focus?: readonly string[];
  /** Two of them to compare at once. */
  readonly pair?: readonly [string, string];
}

/** A row: one evaluation of one checkpoint. Names are text, never markup. */
export interface ResultsEvaluation {
  readonly id: string;
  readonly name: string;
  /** Checkpoint, such as `step-300`; study; settings that differ from the plain ones. */
  readonly facts: readonly string[];
  /** Evaluation of the model that this one was trained from. */
  readonly parent?: string;
  /** Scores by task and metric. */
  readonly scores: Readonly<Record<string, Readonly<Record<string, Estimate>>>>;
  /** Held-out bits per byte of the run at this checkpoint, by domain. */
  readonly bitsPerByte: Readonly<Record<string, number>>;
}

export interface ResultsTask {
  readonly name: string;
  readonly metrics: readonly string[];
  /** An average over tasks: it has no questions of its own. */
  readonly isGroup: boolean;
}

/** The rows and columns a study lays its models out in. */
export interface ResultsGrid {
  readonly study: string;
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Ids by row, then column: one, or those of the seeds of a method; none before all of them are there. */
  readonly cells: readonly (readonly (readonly string[])[])[];
  readonly base: readonly string[];
}

export interface ResultsSnapshot {
  readonly type: 'snapshot';
  readonly scope: ResultsScope;
  readonly texts: ResultsTexts;
  /** Newest first. */
  readonly evaluations: readonly ResultsEvaluation[];
  readonly tasks: readonly ResultsTask[];
  readonly grids: readonly ResultsGrid[];
  /** Tests by resampling can be asked for: the workspace is trusted. */
  readonly canResample: boolean;
}

/** What the panel looks at; the host answers with what belongs to it. */
export interface ResultsLook {
  readonly type: 'look';
  /** Ids of the rows that are shown. */
  readonly shown: readonly string[];
  readonly base?: string;
  /** Methods, each the ids of its seeds, and the one that is taken from them. */
  readonly methods?: { readonly all: readonly (readonly string[])[]; readonly base: readonly string[] };
  readonly pair?: readonly [string, string];
  /** Questions of this task, right or wrong by this metric. */
  readonly items?: { readonly task: string; readonly metric: string };
  /** Calibration, order of options and subgroups of one evaluation. */
  readonly facts?: { readonly evaluation: string; readonly task: string; readonly metric: string; readonly field?: string };
}

/** Paired differences, by evaluation, task and metric. */
export interface ResultsChanges {
  readonly type: 'changes';
  readonly base?: string;
  readonly toParent: ChangesByEvaluation;
  readonly toBase: ChangesByEvaluation;
  /** Of the methods that were asked for, by `methodKey`, task and metric: over seeds and questions. */
  readonly methods: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, MethodScore>>>>>>;
  /** Of evaluations with answers in words: accuracy of the answered, and share without an answer. */
  readonly answered: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, { readonly accuracy: number; readonly failureRate: number }>>>>>>;
}
export interface MethodScore {
  readonly score: Estimate;
  readonly seeds: number;
  /** Standard deviation from seed to seed. */
  readonly deviation?: number;
  readonly toParent?: Estimate;
  readonly toBase?: Estimate;
}
export function methodKey(ids: readonly string[]): string {
  return ids.join(' ');
}
export type ChangesByEvaluation = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Estimate>>>>>>;

export interface PairRow {
  readonly task: string;
  readonly metric: string;
  readonly first: Estimate;
  readonly second: Estimate;
  readonly difference: Estimate;
  /** 95 % by resampling questions; absent until it is there. */
  readonly interval?: Interval;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly p: number;
  readonly adjustedP: number;
}
export interface ResultsPair { readonly type: 'pair'; readonly pair: readonly [string, string]; readonly rows: readonly PairRow[]; readonly isResampling: boolean }

/** Questions of a task that any of the evaluations was asked. */
export interface ResultsItems {
  readonly type: 'items';
  readonly task: string;
  readonly metric: string;
  readonly evaluations: readonly string[];
  readonly keys: readonly string[];
  /** First words of each question. */
  readonly excerpts: readonly string[];
  /** By evaluation, then question: an ItemCode each. */
  readonly block: Uint8Array;
}

export interface OptionScore { readonly text: string; readonly logLikelihood: number; readonly probability: number }
/** What one evaluation made of a question. */
export interface DetailAnswer {
  readonly evaluation: string;
  /** Right by the metric; undefined was not asked. */
  readonly isRight?: boolean;
  /** Place of the option it chose. */
  readonly chosen?: number;
  readonly options: readonly OptionScore[];
  /** An answer in words. */
  readonly words?: string;
}
export interface ResultsDetail {
  readonly type: 'detail';
  readonly key: string;
  readonly prompt: string;
  readonly target: string;
  readonly answers: readonly DetailAnswer[];
}

export interface ResultsFacts {
  readonly type: 'facts';
  readonly evaluation: string;
  readonly task: string;
  readonly calibration?: Calibration;
  readonly orders?: { readonly orders: readonly { readonly by: number; readonly accuracy: number }[]; readonly items: number; readonly consistency: number; readonly rightInAll: number; readonly meanAccuracy: number };
  /** Fields of the records that group questions. */
  readonly fields: readonly string[];
  readonly field?: string;
  readonly subgroups: readonly { readonly value: string; readonly estimate: Estimate; readonly interval: Interval }[];
}

export interface ResultsTrouble { readonly type: 'trouble'; readonly message: string }

export type HostToResults = ResultsSnapshot | ResultsChanges | ResultsPair | ResultsItems | ResultsDetail | ResultsFacts | ResultsTrouble;

export type ResultsToHost =
  | { readonly type: 'ready' }
  | ResultsLook
  | { readonly type: 'detail'; readonly key: string }
  | { readonly type: 'openItem'; readonly key: string; readonly evaluation: string }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'save'; readonly text: string; readonly name: string };

/** What became of a question, in a ResultsItems block. */
export const itemCodes = { notAsked: 0, wrong: 1, right: 2, noAnswer: 3 } as const;
export type ItemCode = (typeof itemCodes)[keyof typeof itemCodes];

/** Words of the panel in the language of the editor; {0} and so on stand for values. */
export interface ResultsTexts {
  readonly tabs: Readonly<Record<'ladder' | 'grid' | 'compare' | 'questions' | 'reliability', string>>;
  readonly evaluations: string;
  readonly evaluation: string;
  readonly model: string;
  readonly metric: string;
  readonly task: string;
  readonly study: string;
  readonly base: string;
  readonly show: string;
  readonly score: string;
  readonly toParent: string;
  readonly toBase: string;
  readonly heldOut: string;
  readonly points: string;
  readonly questions: string;
  readonly first: string;
  readonly second: string;
  readonly difference: string;
  readonly interval: string;
  readonly resampling: string;
  readonly onlyFirst: string;
  readonly onlySecond: string;
  readonly pValue: string;
  readonly adjustedP: string;
  readonly singleRun: string;
  readonly seeds: string;
  readonly oneSeed: string;
  readonly noShared: string;
  readonly pickTwo: string;
  readonly filter: string;
  readonly filters: Readonly<Record<'all' | 'differ' | 'fixed' | 'broken' | 'bothWrong' | 'wrongInAll', string>>;
  readonly shown: string;
  readonly right: string;
  readonly wrong: string;
  readonly noAnswer: string;
  readonly notAsked: string;
  readonly question: string;
  readonly selectQuestion: string;
  readonly openItem: string;
  readonly prompt: string;
  readonly target: string;
  readonly chosen: string;
  readonly option: string;
  readonly probability: string;
  readonly logLikelihood: string;
  readonly answered: string;
  readonly failureRate: string;
  readonly calibration: string;
  readonly calibrationNote: string;
  readonly noCalibration: string;
  readonly confidence: string;
  readonly accuracy: string;
  readonly orders: string;
  readonly ordersNote: string;
  readonly noOrders: string;
  readonly movedOn: string;
  readonly consistency: string;
  readonly rightInAll: string;
  readonly subgroups: string;
  readonly field: string;
  readonly noFields: string;
  readonly value: string;
  readonly copyAs: Readonly<Record<'markdown' | 'latex' | 'csv', string>>;
  readonly save: string;
  readonly copied: string;
  readonly empty: string;
  readonly noneShown: string;
  readonly noneMatch: string;
  readonly keys: string;
  readonly research: string;
}
