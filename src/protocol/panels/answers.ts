// What the answers panel (questions × variants) and the host say to each other. The panel says `ready` each time its page
// is made; the host then and on every change sends a snapshot, and nothing while the panel is hidden. Texts of questions
// beyond their first words, prompts and answers are sent on demand, one cell at a time.
import type { ChatMessage, StrategyName } from '../../documents/cot/render';
import type { StrategySummary } from '../../documents/cot/score';
import type { JobState } from '../status';

/** What a panel is about, and what it leaves with the editor to be had again after a reload of the window. */
export interface AnswersScope {
  /** The question set, as job files have it. */
  readonly questions: string;
  /** A .cot file (stored path) or job id: its columns are shown at first. Absent shows the newest. */
  readonly focus?: string;
}

/** A column: one way of asking. Names are text, never markup. */
export interface AnswersVariant {
  /** Stays the same as answers come. */
  readonly id: string;
  /** Stored path. */
  readonly cot: string;
  readonly strategy: StrategyName;
  readonly model: string;
  /** The texts left this machine. */
  readonly cloud: boolean;
  /** Of a prompt job, or asked inline. */
  readonly origin: 'job' | 'asks';
  readonly job?: string;
  /** ISO-8601 UTC. */
  readonly at: string;
  readonly state?: JobState | 'lost';
  /** Values given instead of the file's, such as `temperature=0.2`. */
  readonly overrides: readonly string[];
  /** The question set is not the one that was asked any more. */
  readonly isOutdated: boolean;
  /** The text of the prompt, or a setting that counts, is another now than the one that was asked. */
  readonly isOtherPrompt: boolean;
  /** Of the same questions, another metric; `reason` is why there is none. */
  readonly likelihood: { readonly accuracy: number; readonly standardError: number | null; readonly n: number } | { readonly reason: string };
  /** Calls, tokens and cost of the whole job, in words; absent while they are not known. */
  readonly spent?: string;
  /** Of the questions that have all their samples. */
  readonly summary: StrategySummary;
}

/** Questions with at least one answer, in the order of their file. */
export interface AnswersRows {
  readonly ids: readonly string[];
  /** First words of each question; empty when it is not in the file any more. */
  readonly excerpts: readonly string[];
  /** A letter each. */
  readonly golds: string;
}

export interface AnswersSnapshot {
  readonly type: 'snapshot';
  readonly scope: AnswersScope;
  readonly texts: AnswersTexts;
  readonly variants: readonly AnswersVariant[];
  /** Absent when the panel has them already. */
  readonly rows?: AnswersRows;
  /** Packed and read by answers-block. */
  readonly block: Uint16Array;
}

export interface SampleText {
  readonly repeat: number;
  readonly answer: string;
  readonly letter?: string;
  /** The characters that decided, or that were looked at in vain. */
  readonly taken: string;
  readonly rule: string;
  readonly finishReason: string;
  /** Letters in the order the options were shown, where it was another than that of the file. */
  readonly order?: string;
  /** Ids of the solved questions shown before. */
  readonly exemplars?: readonly string[];
}

export interface AnswerDetail {
  readonly type: 'detail';
  readonly row: string;
  readonly variant: string;
  /** Absent when the question is not in the file any more. */
  readonly question?: string;
  readonly options: readonly { readonly letter: string; readonly text: string }[];
  /** Absent when it cannot be rendered again. */
  readonly prompt?: readonly ChatMessage[];
  /** Of the prompt: as it was sent, or rendered again from a question set that has changed since. */
  readonly promptIs: 'sent' | 'rendered-again' | 'lost';
  readonly samples: readonly SampleText[];
}

export type HostToAnswers = AnswersSnapshot | AnswerDetail;

export type AnswersToHost =
  | { readonly type: 'ready' }
  | { readonly type: 'detail'; readonly row: string; readonly variant: string }
  | { readonly type: 'openQuestion'; readonly row: string }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'chooseSet' };

/** Words of the panel in the language of the editor; {0} and so on stand for values. */
export interface AnswersTexts {
  readonly states: Readonly<Record<JobState | 'lost', string>>;
  readonly question: string;
  readonly variant: string;
  readonly variants: string;
  readonly show: string;
  readonly questions: string;
  readonly accuracy: string;
  readonly accuracyAnswered: string;
  readonly failureRate: string;
  readonly agreement: string;
  readonly interval: string;
  readonly filter: string;
  readonly filters: Readonly<Record<'all' | 'disagree' | 'wrongInAll' | 'noAnswer' | 'fixed' | 'broken', string>>;
  readonly from: string;
  readonly to: string;
  readonly shown: string;
  readonly paired: string;
  readonly right: string;
  readonly wrong: string;
  readonly noAnswer: string;
  readonly notAsked: string;
  readonly votes: string;
  readonly cloud: string;
  readonly asked: string;
  readonly outdated: string;
  readonly otherPrompt: string;
  readonly likelihood: string;
  readonly noLikelihood: string;
  readonly order: string;
  readonly exemplars: string;
  readonly copyMarkdown: string;
  readonly copyCsv: string;
  readonly copied: string;
  readonly chooseSet: string;
  readonly openQuestion: string;
  readonly answer: string;
  readonly prompt: string;
  readonly promptRenderedAgain: string;
  readonly promptLost: string;
  readonly questionLost: string;
  readonly sample: string;
  readonly taken: string;
  readonly nothingTaken: string;
  readonly goldOption: string;
  readonly selectCell: string;
  readonly empty: string;
  readonly noneShown: string;
  readonly noneMatch: string;
  readonly keys: string;
  readonly research: string;
}
